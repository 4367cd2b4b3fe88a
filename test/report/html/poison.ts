const attack = `"><script>window.pwned=1</script><img src=x onerror="window.pwned=1">'\`\u202e]]>-->`;

/** What the types restrict to a few words: a parser stands before these. */
const words = new Set([
  'phase',
  'mode',
  'kind',
  'does',
  'type',
  'severity',
  'opens',
  'policy',
  'check',
  'is',
  'engine',
]);
const own = new Set(['direction', 'status', 'outcome', 'verdict', 'takenFor', 'stage', 'class']);
const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\dT/.test(text);

/** The same value with something hostile in each of its texts: file names, SQL, names of people, error texts. */
export function poison<Value>(value: Value, key = ''): Value {
  if (typeof value === 'string') {
    return (words.has(key) || own.has(key) || isTime(value) ? value : `${value}${attack}`) as Value;
  }
  if (Array.isArray(value)) return value.map((item) => poison(item as unknown, key)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, poison(item as unknown, name)]),
  ) as Value;
}
