/**
 * Whoever changes a line locks it first, and all lines that it will change in the order of their names; then come credits,
 * then holds. So no two of them ever wait for each other.
 */
const lockLines = `CREATE FUNCTION {schema}.vector_lock_lines(accounts text[], periods text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('lock_timeout', '4s', true);
  IF (
    SELECT count(*) FROM unnest(accounts, periods) AS line (account, period)
    JOIN {schema}.vector_accounts AS known ON known.account = line.account AND known.period = line.period
  ) < cardinality(accounts) THEN
    INSERT INTO {schema}.vector_accounts (account, period)
    SELECT line.account COLLATE "C", line.period COLLATE "C" FROM unnest(accounts, periods) AS line (account, period)
    ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
  END IF;
  PERFORM 1 FROM {schema}.vector_accounts AS known
  JOIN unnest(accounts, periods) AS line (account, period)
    ON known.account = line.account AND known.period = line.period
  ORDER BY known.account, known.period
  FOR UPDATE OF known;
END $$`;

/** The lines of holds, each once, are locked. */
const lockHolds = `CREATE FUNCTION {schema}.vector_lock_holds(ids text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  accounts_of text[];
  periods_of text[];
BEGIN
  SELECT coalesce(array_agg(each.account), '{}'), coalesce(array_agg(each.period), '{}')
  INTO accounts_of, periods_of
  FROM (
    SELECT DISTINCT line.account, line.period
    FROM {schema}.vector_holds AS hold, unnest(hold.accounts, hold.periods) AS line (account, period)
    WHERE hold.id = ANY (ids)
  ) AS each;
  PERFORM {schema}.vector_lock_lines(accounts_of, periods_of);
  PERFORM 1 FROM {schema}.vector_holds WHERE id = ANY (ids) ORDER BY id FOR UPDATE;
END $$`;

/**
 * Many holds, one after the other. Lines are given once each, and the others speak of their places, from 1; entry i of
 * \`owners\`, \`places\` and \`limits\` says that request \`owners[i]\` wants to hold in line \`places[i]\` (null: a credit).
 * Gives for each request [granted, place among its lines of what refused it, [[spent, held, limit], ...]]; both are null
 * where there is a hold of that id already.
 */
const hold = `CREATE FUNCTION {schema}.vector_hold(
  accounts text[], periods text[],
  ids text[], holders text[], amounts bigint[], minimums bigint[], expiries bigint[],
  owners int[], places int[], limits bigint[]
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  now_spent bigint[];
  now_held bigint[];
  now_paid bigint[];
  replies json[] := '{}';
  states json[];
  first_entry int := 1;
  next_entry int;
  room bigint;
  least_room bigint;
  least_entry int;
  granted bigint;
  refused_by int;
BEGIN
  PERFORM {schema}.vector_lock_lines(accounts, periods);
  PERFORM 1 FROM {schema}.vector_credits AS credit WHERE credit.account IN (
    SELECT accounts[entry.place] FROM unnest(places, limits) AS entry (place, most) WHERE entry.most IS NULL
  ) ORDER BY credit.account FOR UPDATE;
  SELECT array_agg(known.spent ORDER BY line.place), array_agg(known.held ORDER BY line.place),
    array_agg(coalesce(credit.paid, 0) ORDER BY line.place)
  INTO now_spent, now_held, now_paid
  FROM unnest(accounts, periods) WITH ORDINALITY AS line (account, period, place)
  JOIN {schema}.vector_accounts AS known ON known.account = line.account AND known.period = line.period
  LEFT JOIN {schema}.vector_credits AS credit ON credit.account = line.account;

  FOR request IN 1 .. cardinality(ids) LOOP
    granted := amounts[request];
    refused_by := NULL;
    least_room := NULL;
    next_entry := first_entry;
    WHILE owners[next_entry] = request LOOP
      room := coalesce(limits[next_entry], now_paid[places[next_entry]])
        - now_spent[places[next_entry]] - now_held[places[next_entry]];
      IF least_room IS NULL OR room < least_room THEN
        least_room := room;
        least_entry := next_entry;
      END IF;
      next_entry := next_entry + 1;
    END LOOP;
    granted := least(granted, least_room);
    IF granted < least(minimums[request], amounts[request]) THEN
      granted := NULL;
      refused_by := least_entry - first_entry;
    ELSE
      INSERT INTO {schema}.vector_holds (id, holder, amount, expires_at, accounts, periods, limits)
      SELECT ids[request], holders[request], granted, expiries[request],
        coalesce(array_agg(accounts[places[entry]] ORDER BY entry), '{}'),
        coalesce(array_agg(periods[places[entry]] ORDER BY entry), '{}'),
        coalesce(array_agg(limits[entry] ORDER BY entry), '{}')
      FROM generate_series(first_entry, next_entry - 1) AS entry
      ON CONFLICT DO NOTHING;
      IF FOUND THEN
        FOR entry IN first_entry .. next_entry - 1 LOOP
          now_held[places[entry]] := now_held[places[entry]] + granted;
        END LOOP;
      ELSE
        granted := NULL;
      END IF;
    END IF;
    states := '{}';
    FOR entry IN first_entry .. next_entry - 1 LOOP
      states := states || json_build_array(now_spent[places[entry]], now_held[places[entry]],
        coalesce(limits[entry], now_paid[places[entry]]));
    END LOOP;
    replies := replies || json_build_array(granted, refused_by, array_to_json(states));
    first_entry := next_entry;
  END LOOP;

  UPDATE {schema}.vector_accounts AS known SET held = line.held
  FROM unnest(accounts, periods, now_held) AS line (account, period, held)
  WHERE known.account = line.account AND known.period = line.period AND known.held <> line.held;
  RETURN array_to_json(replies)::text;
END $$`;

/** Ends holds that are there, each with what it has cost; null: as much as is held. Gives the lines of each, as they are then. */
const settle = `CREATE FUNCTION {schema}.vector_settle(ids text[], costs bigint[])
RETURNS TABLE (id text, amount bigint, account text, period text, most bigint, spent bigint, held bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM {schema}.vector_lock_holds(ids);
  RETURN QUERY
  WITH gone AS (
    DELETE FROM {schema}.vector_holds AS hold USING unnest(ids, costs) AS given (id, cost)
    WHERE hold.id = given.id
    RETURNING hold.id, hold.amount, coalesce(given.cost, hold.amount) AS cost, hold.accounts, hold.periods, hold.limits
  ), lines AS (
    SELECT gone.id, gone.amount, gone.cost, line.account, line.period, line.most
    FROM gone LEFT JOIN LATERAL unnest(gone.accounts, gone.periods, gone.limits) AS line (account, period, most) ON true
  ), changed AS (
    UPDATE {schema}.vector_accounts AS known
    SET spent = least(known.spent + change.cost, 9007199254740991), held = known.held - change.amount
    FROM (
      SELECT lines.account, lines.period, sum(lines.cost)::bigint AS cost, sum(lines.amount)::bigint AS amount
      FROM lines GROUP BY lines.account, lines.period
    ) AS change
    WHERE known.account = change.account AND known.period = change.period
    RETURNING known.account, known.period, known.spent, known.held
  )
  SELECT lines.id, lines.amount, lines.account, lines.period, coalesce(lines.most, credit.paid, 0), changed.spent, changed.held
  FROM lines
  LEFT JOIN changed ON changed.account = lines.account AND changed.period = lines.period
  LEFT JOIN {schema}.vector_credits AS credit ON credit.account = lines.account;
END $$`;

/** Ends what is lost, as many as are wished for: gives their ids and amounts. */
const sweep = `CREATE FUNCTION {schema}.vector_sweep(at bigint, many int)
RETURNS TABLE (id text, cost bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  lost text[];
BEGIN
  SELECT coalesce(array_agg(found.id), '{}') INTO lost FROM (
    SELECT hold.id FROM {schema}.vector_holds AS hold
    LEFT JOIN {schema}.vector_holders AS alive ON alive.holder = hold.holder
    WHERE hold.expires_at <= at OR (hold.holder IS NOT NULL AND coalesce(alive.until, 0) <= at)
    LIMIT many
  ) AS found;
  PERFORM {schema}.vector_lock_holds(lost);
  -- Who has told in the meantime that it lives keeps what it holds.
  SELECT coalesce(array_agg(hold.id), '{}') INTO lost FROM {schema}.vector_holds AS hold
  LEFT JOIN {schema}.vector_holders AS alive ON alive.holder = hold.holder
  WHERE hold.id = ANY (lost)
    AND (hold.expires_at <= at OR (hold.holder IS NOT NULL AND coalesce(alive.until, 0) <= at));
  RETURN QUERY SELECT DISTINCT ended.id, ended.amount
  FROM {schema}.vector_settle(lost, array_fill(NULL::bigint, ARRAY[cardinality(lost)])) AS ended;
END $$`;

/** Makes a hold larger or smaller, up to what has room: gives what is held then. */
const resize = `CREATE FUNCTION {schema}.vector_resize(hold_id text, wanted bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  found_hold {schema}.vector_holds;
  room bigint;
  granted bigint;
BEGIN
  PERFORM {schema}.vector_lock_holds(ARRAY[hold_id]);
  SELECT * INTO found_hold FROM {schema}.vector_holds WHERE id = hold_id;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  IF wanted <= found_hold.amount THEN
    granted := greatest(wanted, 0);
  ELSE
    PERFORM 1 FROM {schema}.vector_credits WHERE account = ANY (found_hold.accounts) ORDER BY account FOR UPDATE;
    SELECT min(coalesce(line.most, credit.paid, 0) - known.spent - known.held) INTO room
    FROM unnest(found_hold.accounts, found_hold.periods, found_hold.limits) AS line (account, period, most)
    JOIN {schema}.vector_accounts AS known ON known.account = line.account AND known.period = line.period
    LEFT JOIN {schema}.vector_credits AS credit ON credit.account = line.account;
    granted := least(wanted, found_hold.amount + greatest(coalesce(room, wanted - found_hold.amount), 0));
  END IF;
  IF granted <> found_hold.amount THEN
    UPDATE {schema}.vector_holds SET amount = granted WHERE id = hold_id;
    UPDATE {schema}.vector_accounts AS known SET held = known.held + granted - found_hold.amount
    FROM unnest(found_hold.accounts, found_hold.periods) AS line (account, period)
    WHERE known.account = line.account AND known.period = line.period;
  END IF;
  RETURN granted;
END $$`;

/** Pays into a credit, once for each id. */
const topUp = `CREATE FUNCTION {schema}.vector_top_up(payee text, payment bigint, payment_id text)
RETURNS TABLE (spent bigint, held bigint, paid bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO {schema}.vector_top_ups (id, account, amount) VALUES (payment_id, payee, payment)
  ON CONFLICT DO NOTHING;
  IF FOUND THEN
    INSERT INTO {schema}.vector_credits AS credit (account, paid) VALUES (payee, payment)
    ON CONFLICT (account) DO UPDATE SET paid = credit.paid + payment;
  END IF;
  RETURN QUERY SELECT coalesce(sum(known.spent), 0)::bigint, coalesce(sum(known.held), 0)::bigint,
    coalesce((SELECT credit.paid FROM {schema}.vector_credits AS credit WHERE credit.account = payee), 0)
  FROM {schema}.vector_accounts AS known WHERE known.account = payee;
END $$`;

/** Accounts in SQL functions of the database: a hold, with all its lines, is one round trip. */
export const accountFunctions: readonly string[] = [lockLines, lockHolds, hold, settle, sweep, resize, topUp];
