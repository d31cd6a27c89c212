-- As carried.sql, but a write-off takes its share of the cost off the mark, as a sale takes its share of the shares.
CREATE OR REPLACE FUNCTION portfolio_carried_step(
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
        worth := CASE WHEN costs > 0 THEN round(worth * greatest(costs - cost, 0), 40) / costs ELSE 0 END;
    END IF;
    RETURN ARRAY[worth, held - shares, costs - cost];
END $$;
