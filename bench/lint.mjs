// How long `lockkeeper lint` takes for a folder of scripts, and for one statement (its start). Needs `npm run build`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const rounds = 5;
const program = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'lockkeeper.js');
const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-bench-lint-'));

/** Ten statements of the kinds that migrations hold. */
const script = (n) => `-- Migration ${n}.
CREATE TABLE orders_${n} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers (id),
  amount numeric(12, 2) NOT NULL CHECK (amount >= 0),
  note varchar(200),
  placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_${n}_customer ON orders_${n} (customer_id);
ALTER TABLE users ADD COLUMN region_${n} text;
ALTER TABLE users ADD CONSTRAINT users_region_${n} CHECK (region_${n} <> '') NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_region_${n};
CREATE INDEX CONCURRENTLY users_region_${n} ON users (region_${n});
UPDATE users SET region_${n} = upper(country) WHERE id BETWEEN 1 AND 1000;
CREATE OR REPLACE FUNCTION total_${n}(bigint) RETURNS numeric LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT sum(amount) FROM orders_${n} WHERE customer_id = $1);
END $$;
INSERT INTO settings (name, value) VALUES ('orders_${n}', 'on');
ALTER TABLE users ALTER COLUMN region_${n} SET NOT NULL;
`;

function seconds(path) {
  const began = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, [program, 'lint', path, '--fail-on', 'error']);
  if (status !== 0) throw new Error(String(stderr));
  return Number(process.hrtime.bigint() - began) / 1e9;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

try {
  for (const [name, files] of [
    ['one', 1],
    ['many', 100],
  ]) {
    mkdirSync(join(folder, name));
    for (let n = 1; n <= files; n++) writeFileSync(join(folder, name, `V${n}__orders.sql`), script(n));
  }
  const measured = (name) => median(Array.from({ length: rounds }, () => seconds(join(folder, name))));
  const start = measured('one');
  const whole = measured('many');
  console.log(`10 statements:    ${start.toFixed(2)} s, the start of the program`);
  console.log(`1,000 statements: ${whole.toFixed(2)} s, ${(whole - start).toFixed(2)} s after the start`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
