import type { Check } from '../../../core/checks.ts';
import type { CheckKind as KindOf } from '../../check.ts';
import type { Link } from '../session/link.ts';

export type CheckKind<Kind extends Check['check']> = KindOf<Kind, Link>;
