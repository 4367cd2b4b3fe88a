-- Keys with large gaps: ranges of equal width between the smallest and the largest would be almost all empty.
CREATE TABLE events (
  id bigint PRIMARY KEY,
  kind text NOT NULL,
  payload jsonb NOT NULL DEFAULT '{}'
);
INSERT INTO events (id, kind)
SELECT CASE WHEN n <= 2000 THEN n ELSE n::bigint * 1000000 END, 'kind ' || n % 7 FROM generate_series(1, 4000) AS n;

ANALYZE events;
