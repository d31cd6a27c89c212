-- A mark carried forward for what happened to its holding since: see portfolio/valuations/rolling.py, which says the rule.
-- The state is what is left of the value, the shares held and their cost.
CREATE FUNCTION portfolio_carried_step(
    state numeric[], mark numeric, since boolean, kind text, quantity numeric, amount numeric, cost numeric
) RETURNS numeric[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    worth numeric := coalesce(state[1], mark);
    held numeric := coalesce(state[2], 0);
    costs numeric := coalesce(state[3], 0);
    shares numeric := coalesce(quantity, 0);
BEGIN
    IF kind IN ('purchase', 'stake-call') THEN
        IF since THEN worth := worth + amount; END IF;
        RETURN ARRAY[worth, held + shares, costs + cost];
    END IF;
    IF since AND kind = 'sale' AND held > 0 THEN
        worth := round(worth * greatest(held - shares, 0), 40) / held;
    ELSIF since AND kind = 'stake-distribution' THEN
        worth := worth - amount;
    ELSIF since AND kind = 'write-off' THEN
        worth := CASE WHEN costs - cost <= 0 THEN 0 ELSE worth - cost END;
    END IF;
    RETURN ARRAY[worth, held - shares, costs - cost];
END $$;

-- Half to even to the cent, as everywhere, and never below zero.
CREATE FUNCTION portfolio_carried_end(state numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT greatest(
        CASE WHEN abs(state[1] - trunc(state[1], 2)) = 0.005 THEN 2 * round(state[1] / 2, 2) ELSE round(state[1], 2) END, 0
    )
$$;

CREATE AGGREGATE portfolio_carried(numeric, boolean, text, numeric, numeric, numeric) (
    SFUNC = portfolio_carried_step, STYPE = numeric[], FINALFUNC = portfolio_carried_end
);
