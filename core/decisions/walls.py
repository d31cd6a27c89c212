"""What the tables themselves refuse, in SQL: an expiry is the clock's alone, and an objection is judged by its arrival."""

_REFUSED = "USING ERRCODE = 'restrict_violation'; END IF; "
_END = (
    "(SELECT GREATEST(c.expires_at, max(e.expires_at)) FROM core_circulation c "
    "LEFT JOIN core_extension e ON e.circulation_id = c.id WHERE c.id = {of} GROUP BY c.id)"
)
"""When silence ends, with every extension."""
ENDS, LATEST_ENDS = _END.format(of="NEW.circulation_id"), _END.format(of="latest")
HELD = (
    "PERFORM 1 FROM core_proposal p JOIN core_circulation c ON c.proposal_id = p.id "
    "WHERE c.id = NEW.circulation_id FOR UPDATE OF p; "
)
"""The proposal is held, so that a break and an adoption never pass each other."""
HEARD = "EXISTS (SELECT 1 FROM core_objection o WHERE o.circulation_id = NEW.circulation_id AND o.verdict = 'heard')"
OVER = "EXISTS (SELECT 1 FROM core_outcome o WHERE o.circulation_id = NEW.circulation_id)"

PROPOSAL_STANDS = f"""
    SELECT max(c.id) INTO latest FROM core_circulation c WHERE c.proposal_id = NEW.id;
    IF OLD.kind <> NEW.kind OR OLD.scope <> NEW.scope
       OR (NEW.state = 'silent' AND NEW.expires_at IS DISTINCT FROM {LATEST_ENDS})
       OR (NEW.state IN ('adopted', 'broken') AND NOT EXISTS (
           SELECT 1 FROM core_outcome o WHERE o.circulation_id = latest AND o.ending = NEW.state)) THEN
        RAISE EXCEPTION 'a proposal stands as its last circulation says' {_REFUSED}
    RETURN NEW;
"""  # noqa: S608 -- parts of a trigger, no values
CIRCULATED_BY_ANOTHER = f"""
    PERFORM 1 FROM core_proposal p WHERE p.id = NEW.proposal_id FOR UPDATE;
    IF NOT EXISTS (SELECT 1 FROM core_proposaltext t WHERE t.id = NEW.text_id
                   AND t.proposal_id = NEW.proposal_id AND t.written_by_id <> NEW.circulated_by_id)
       OR EXISTS (SELECT 1 FROM core_circulation c WHERE c.proposal_id = NEW.proposal_id
                  AND NOT EXISTS (SELECT 1 FROM core_outcome o WHERE o.circulation_id = c.id)) THEN
        RAISE EXCEPTION 'a text is circulated by another than wrote it, and once at a time' {_REFUSED}
    RETURN NEW;
"""  # noqa: S608 -- parts of a trigger, no values
EXTENDED_WHILE_IT_RUNS = f"""
    {HELD}
    IF NEW.expires_at <= {ENDS} OR NEW.extended_at >= {ENDS} OR {OVER} THEN
        RAISE EXCEPTION 'silence is extended to a later moment, while it runs' {_REFUSED}
    RETURN NEW;
"""
JUDGED_BY_ARRIVAL = f"""
    {HELD}
    over := EXISTS (SELECT 1 FROM core_outcome o WHERE o.circulation_id = NEW.circulation_id AND o.ending <> 'broken');
    IF NOT EXISTS (SELECT 1 FROM core_addressee a
                   WHERE a.id = NEW.addressee_id AND a.circulation_id = NEW.circulation_id)
       OR (NEW.verdict = 'late') <> (NEW.arrived_at >= {ENDS})
       OR (NEW.verdict = 'heard' AND over) OR (NEW.verdict = 'missed' AND NOT over) THEN
        RAISE EXCEPTION 'an objection is judged by its arrival' {_REFUSED}
    RETURN NEW;
"""  # noqa: S608 -- parts of a trigger, no values
ADOPTED_BY_THE_CLOCK = f"""
    {HELD}
    IF (NEW.ending = 'adopted' AND (NEW.effective_at <> {ENDS} OR {HEARD}))
       OR (NEW.ending = 'broken' AND NOT {HEARD}) THEN
        RAISE EXCEPTION 'silence is adopted at its expiry, and broken by an objection in time' {_REFUSED}
    RETURN NEW;
"""
