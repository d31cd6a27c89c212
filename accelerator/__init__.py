"""The accelerator: challenge programmes, cohorts, and the network that carries them."""
