-- Refuses money that is held, unless an approved override covers it, which is then used up. The reviews are held until the
-- transaction ends, so that none is closed in between. ``day`` decides whether the gate is in force, ``asked`` whether a
-- review or an override has expired. A transaction that looks at an older snapshot is refused: it would not see a condition
-- that was set since. No row is asked about as of a day before the last event of its audit chain, whatever it says of itself.
CREATE OR REPLACE FUNCTION core_ethics_gate(
    of_scope text, subjects text[], of_kind text, of_object text, of_amount numeric, day date, asked date
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    why text;
    found bigint;
    used text;
    last date := (SELECT (e.occurred_at AT TIME ZONE 'UTC')::date FROM core_auditevent e
                   WHERE e.chain = of_scope ORDER BY e.position DESC LIMIT 1);
BEGIN
    IF day = asked THEN day := greatest(day, last); END IF;
    asked := greatest(asked, last);
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'the ethics gate is asked as reviews stand now, not in an older snapshot'
              USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM core_gatestart g WHERE g.scope = of_scope AND g.in_force_from <= day) THEN RETURN; END IF;
    PERFORM 1 FROM core_review r WHERE r.subject = ANY (subjects) AND r.state = 'concluded' ORDER BY r.id FOR SHARE;
    why := core_ethics_held(subjects, asked);
    IF why = '' THEN RETURN; END IF;
    SELECT o.id, u.object INTO found, used
      FROM core_override o JOIN core_overrideapproval a ON a.override_id = o.id
      LEFT JOIN core_overrideuse u ON u.override_id = o.id
     WHERE o.scope = of_scope AND o.subject = ANY (subjects) AND o.kind = of_kind AND o.amount >= of_amount
       AND o.expires_on >= asked AND (u.id IS NULL OR u.object = of_object)
     ORDER BY u.id NULLS LAST, o.id LIMIT 1;
    IF found IS NULL THEN
        RAISE EXCEPTION 'the ethics gate holds this money back: %', why USING ERRCODE = 'restrict_violation';
    END IF;
    IF used IS NULL THEN
        INSERT INTO core_overrideuse (override_id, object, used_at) VALUES (found, of_object, now());
    END IF;
END $$;
