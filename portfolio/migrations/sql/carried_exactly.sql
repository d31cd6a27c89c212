-- As carried_by_share.sql, but exact: the value is kept as a fraction, and rounded once, at the end.
-- The state is its numerator and its denominator, the shares held and their cost.
CREATE OR REPLACE FUNCTION portfolio_carried_step(
    state numeric[], mark numeric, since boolean, kind text, quantity numeric, amount numeric, cost numeric
) RETURNS numeric[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    worth numeric := coalesce(state[1], mark);
    parts numeric := coalesce(state[2], 1);
    held numeric := coalesce(state[3], 0);
    costs numeric := coalesce(state[4], 0);
    shares numeric := coalesce(quantity, 0);
    whole numeric;
    part numeric;
    unit numeric;
BEGIN
    IF kind IN ('purchase', 'stake-call') THEN
        IF since THEN worth := worth + amount * parts; END IF;
        RETURN ARRAY[worth, parts, held + shares, costs + cost];
    END IF;
    IF since AND kind = 'stake-distribution' THEN
        worth := worth - amount * parts;
    ELSIF since AND (kind = 'write-off' OR kind = 'sale' AND held > 0) THEN
        whole := CASE kind WHEN 'sale' THEN held ELSE costs END;
        part := whole - CASE kind WHEN 'sale' THEN shares ELSE cost END;
        IF whole > 0 AND part > 0 THEN
            unit := gcd(part, whole);
            worth := worth * div(part, unit);
            parts := parts * div(whole, unit);
        ELSE
            worth := 0;
            parts := 1;
        END IF;
    END IF;
    RETURN ARRAY[worth, parts, held - shares, costs - cost];
END $$;

-- Half to even to the cent, as everywhere, and never below zero: without a division that is itself rounded.
CREATE OR REPLACE FUNCTION portfolio_carried_end(state numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT greatest(
        (cents + CASE WHEN 2 * rest > state[2] OR 2 * rest = state[2] AND cents % 2 = 1 THEN 1 ELSE 0 END) * 0.01, 0
    )
      FROM (SELECT div(state[1] * 100, state[2]) AS cents) AS whole,
           LATERAL (SELECT state[1] * 100 - cents * state[2] AS rest) AS over
$$;
