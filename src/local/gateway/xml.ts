/** Name of the element that wraps each item of a list member; `member` where a service does not say. */
export type ItemNames = Readonly<Record<string, string>>;

/**
 * Renders a value as the XML of AWS's query protocol: objects by member name, lists as an element holding
 * items, dates in ISO 8601; what is undefined or null is left out.
 */
export function toXml(value: unknown, itemNames: ItemNames = {}): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return escapeXml(String(value));
  return Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .map(([name, member]) =>
      element(name, Array.isArray(member) ? list(name, member, itemNames) : toXml(member, itemNames)),
    )
    .join('');
}

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

export function escapeXml(text: string): string {
  return text.replace(
    /[<>&"'\r\n]/g,
    (character) => NAMED[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
}

const NAMED: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
};

function list(name: string, items: readonly unknown[], itemNames: ItemNames): string {
  return items.map((item) => element(itemNames[name] ?? 'member', toXml(item, itemNames))).join('');
}
