/** `#t` and `##t`, in whichever schema. */
export const isTemporary = (table: string): boolean => /^(?:.*\.)?#/.test(table);
