/** What the last half second has counted may be lost where the server itself dies: nobody waits for its disk. */
const hurry = `PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM set_config('lock_timeout', '4s', true);`;

/** One clock for all processes: the database's own, unless a test has another. */
const now = `CREATE FUNCTION {schema}.vector_now(given bigint)
RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT coalesce(given, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)
$$`;

/**
 * Many takings, one after the other. Keys are given once each; entry i of the lists says that request \`owners[i]\` wants
 * \`amounts[i]\` of counter \`places[i]\`. Gives for each request [refused by, [[remaining, resets after], ...]].
 */
const take = `CREATE FUNCTION {schema}.vector_take(
  keys text[], requests int, owners int[], places int[],
  amounts bigint[], limits bigint[], windows bigint[], given_time bigint
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  at bigint;
  now_used bigint[];
  now_ends bigint[];
  replies json[] := '{}';
  states json[];
  first_entry int := 1;
  next_entry int;
  place int;
  refused_by int;
  latest bigint;
BEGIN
  ${hurry}
  IF (SELECT count(*) FROM {schema}.vector_counters WHERE key = ANY (keys)) < cardinality(keys) THEN
    INSERT INTO {schema}.vector_counters (key) SELECT key COLLATE "C" FROM unnest(keys) AS key ORDER BY 1
    ON CONFLICT DO NOTHING;
  END IF;
  PERFORM 1 FROM {schema}.vector_counters WHERE key = ANY (keys) ORDER BY key FOR UPDATE;
  at := {schema}.vector_now(given_time);
  SELECT array_agg(CASE WHEN counter.ends_at > at THEN counter.used ELSE 0 END ORDER BY given.place),
    array_agg(greatest(counter.ends_at, at) ORDER BY given.place)
  INTO now_used, now_ends
  FROM unnest(keys) WITH ORDINALITY AS given (key, place)
  JOIN {schema}.vector_counters AS counter ON counter.key = given.key;
  IF coalesce(cardinality(now_used), 0) < cardinality(keys) THEN
    RAISE EXCEPTION 'a counter was tidied away meanwhile' USING ERRCODE = 'serialization_failure';
  END IF;

  FOR request IN 1 .. requests LOOP
    refused_by := -1;
    latest := -1;
    next_entry := first_entry;
    WHILE owners[next_entry] = request LOOP
      place := places[next_entry];
      -- After a clock was set back nothing lasts for longer than its length.
      now_ends[place] := least(now_ends[place], at + windows[next_entry]);
      IF now_used[place] + amounts[next_entry] > limits[next_entry] AND now_ends[place] - at > latest THEN
        refused_by := next_entry - first_entry;
        latest := now_ends[place] - at;
      END IF;
      next_entry := next_entry + 1;
    END LOOP;
    states := '{}';
    FOR entry IN first_entry .. next_entry - 1 LOOP
      place := places[entry];
      IF refused_by = -1 AND amounts[entry] > 0 THEN
        IF now_ends[place] = at THEN
          now_ends[place] := at + windows[entry];
        END IF;
        now_used[place] := now_used[place] + amounts[entry];
      END IF;
      states := states || json_build_array(greatest(limits[entry] - now_used[place], 0), now_ends[place] - at);
    END LOOP;
    replies := replies || json_build_array(refused_by, array_to_json(states));
    first_entry := next_entry;
  END LOOP;

  UPDATE {schema}.vector_counters AS counter SET used = given.used, ends_at = given.ends_at
  FROM unnest(keys, now_used, now_ends) AS given (key, used, ends_at)
  WHERE counter.key = given.key AND given.ends_at > at
    AND (counter.used <> given.used OR counter.ends_at <> given.ends_at);
  RETURN array_to_json(replies)::text;
END $$`;

/** Changes what windows have counted that are open and end within a time; keys may be there several times. */
const adjust = `CREATE FUNCTION {schema}.vector_adjust(
  keys text[], changes bigint[], within bigint[], windows bigint[], given_time bigint
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  at bigint;
BEGIN
  ${hurry}
  PERFORM 1 FROM {schema}.vector_counters WHERE key = ANY (keys) ORDER BY key FOR UPDATE;
  at := {schema}.vector_now(given_time);
  FOR entry IN 1 .. cardinality(keys) LOOP
    UPDATE {schema}.vector_counters SET used = greatest(used + changes[entry], 0)
    WHERE key = keys[entry] AND ends_at > at AND least(ends_at, at + windows[entry]) - at <= within[entry];
  END LOOP;
END $$`;

/** Many that want a place of each of their keys: gives for each the entry, from 0, that is full, or -1. */
const enter = `CREATE FUNCTION {schema}.vector_enter(
  keys text[], ids text[], leases bigint[], owners int[], places int[], limits bigint[], given_time bigint
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  at bigint;
  replies int[] := '{}';
  first_entry int := 1;
  next_entry int;
  full_entry int;
BEGIN
  ${hurry}
  IF (SELECT count(*) FROM {schema}.vector_place_keys WHERE key = ANY (keys)) < cardinality(keys) THEN
    INSERT INTO {schema}.vector_place_keys (key) SELECT key COLLATE "C" FROM unnest(keys) AS key ORDER BY 1
    ON CONFLICT DO NOTHING;
  END IF;
  PERFORM 1 FROM {schema}.vector_place_keys WHERE key = ANY (keys) ORDER BY key FOR UPDATE;
  IF (SELECT count(*) FROM {schema}.vector_place_keys WHERE key = ANY (keys)) < cardinality(keys) THEN
    RAISE EXCEPTION 'a key was tidied away meanwhile' USING ERRCODE = 'serialization_failure';
  END IF;
  at := {schema}.vector_now(given_time);
  FOR request IN 1 .. cardinality(ids) LOOP
    full_entry := NULL;
    next_entry := first_entry;
    WHILE owners[next_entry] = request LOOP
      IF full_entry IS NULL AND (
        SELECT count(*) FROM {schema}.vector_places
        WHERE key = keys[places[next_entry]] AND expires_at > at AND id <> ids[request]
      ) >= limits[next_entry] AND NOT EXISTS (
        SELECT 1 FROM {schema}.vector_places
        WHERE key = keys[places[next_entry]] AND expires_at > at AND id = ids[request]
      ) THEN
        full_entry := next_entry - first_entry;
      END IF;
      next_entry := next_entry + 1;
    END LOOP;
    IF full_entry IS NULL THEN
      INSERT INTO {schema}.vector_places (key, id, expires_at)
      SELECT DISTINCT keys[places[entry]], ids[request], at + leases[request]
      FROM generate_series(first_entry, next_entry - 1) AS entry
      ON CONFLICT (key, id) DO UPDATE SET expires_at = excluded.expires_at;
    END IF;
    replies := replies || coalesce(full_entry, -1);
    first_entry := next_entry;
  END LOOP;
  RETURN array_to_json(replies)::text;
END $$`;

const leave = `CREATE FUNCTION {schema}.vector_leave(keys text[], ids text[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  ${hurry}
  DELETE FROM {schema}.vector_places AS taken USING unnest(keys, ids) AS given (key, id)
  WHERE taken.key = given.key AND taken.id = given.id;
END $$`;

/** Throws out what is over; what anybody is at is left for another time. */
const tidy = `CREATE FUNCTION {schema}.vector_tidy_limits(given_time bigint, many int)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  at bigint := {schema}.vector_now(given_time);
BEGIN
  ${hurry}
  DELETE FROM {schema}.vector_counters WHERE key IN (
    SELECT key FROM {schema}.vector_counters WHERE ends_at <= at ORDER BY ends_at LIMIT many FOR UPDATE SKIP LOCKED
  );
  DELETE FROM {schema}.vector_places WHERE (key, id) IN (
    SELECT key, id FROM {schema}.vector_places WHERE expires_at <= at LIMIT many FOR UPDATE SKIP LOCKED
  );
  DELETE FROM {schema}.vector_place_keys WHERE key IN (
    SELECT empty.key FROM {schema}.vector_place_keys AS empty
    WHERE NOT EXISTS (SELECT 1 FROM {schema}.vector_places AS taken WHERE taken.key = empty.key)
    LIMIT many FOR UPDATE SKIP LOCKED
  );
END $$`;

/** Limits in SQL functions of the database: what a call takes, of all that it is counted under, is one round trip. */
export const limitFunctions: readonly string[] = [now, take, adjust, enter, leave, tidy];
