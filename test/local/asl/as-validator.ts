import { createRequire } from 'node:module';

type Validator = (definition: object) => {
  errors: { readonly 'Error code': string; readonly Message: string }[];
};

const validate = createRequire(import.meta.url)('asl-validator') as Validator;

/** What the independent validator finds wrong; it writes into what it is given, so it gets a copy. */
export function asValidator(definition: object): string[] {
  return validate(structuredClone(definition)).errors.map((error) => JSON.stringify(error));
}
