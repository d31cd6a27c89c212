"""Mail: written to the outbox in the transaction of its cause, sent by a worker, seen in the product."""
