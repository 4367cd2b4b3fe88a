import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose files run whole migrations, the longest first. Begun last, one of them would run on alone. */
const longest = ['test/machine/', 'test/cli/', 'test/aws/', 'test/local/', 'test/engines/'];

/** Begins with the files that take longest, so that all workers end at about the same time. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    return usual.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const place = longest.findIndex((folder) => moduleId.includes(folder));
  return place === -1 ? longest.length : place;
}
