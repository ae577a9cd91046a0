/* What a person may type about a charge, as text fields: read, judged, and told to garaged by what has changed. Pure. */
import type { Charge, Plain } from './diary';
import { t, tServed } from './i18n';

export const TYPED_FIELDS = ['place', 'note', 'wall_kwh', 'cost'] as const;
export type TypedField = (typeof TYPED_FIELDS)[number];
export type Typed = Record<TypedField, string>;
export type Problems = Partial<Record<TypedField, string>>;

/** As garaged has them (json_typed.c, item.h). */
const BYTES_MOST = { place: 31, note: 199 } as const;
const WALL_MOST = 200;
const COST_MOST = 10e6;

/** "12,5" and "12.5"; null: nothing typed; NaN: no number. */
export function readAmount(text: string): number | null {
  const plain = text.trim().replace(',', '.');
  if (plain === '') {
    return null;
  }
  return /^\d+(\.\d*)?$|^\.\d+$/.test(plain) ? Number(plain) : Number.NaN;
}

/** A figure from elsewhere is not what was typed: its field is empty. */
export function typedOf(charge: Charge): Typed {
  const wall = charge.wallFrom === 'typed' ? charge.wall : null;
  const cost = charge.costFrom === 'typed' ? charge.cost : null;
  return { place: charge.place ?? '', note: charge.note ?? '', wall_kwh: wall === null ? '' : String(wall), cost: cost === null ? '' : String(cost) };
}

function textProblem(text: string, most: number): string | null {
  return new TextEncoder().encode(text.trim()).length > most ? t('Too long: at most {most} letters.', { most }) : null;
}

function amountProblem(text: string, most: number): string | null {
  const value = readAmount(text);
  return value === null || (value >= 0 && value <= most) ? null : t('A number from 0 to {most}, or nothing.', { most });
}

/** Why this can't be kept, by field; empty when it can. */
export function typedProblems(typed: Typed): Problems {
  const all: [TypedField, string | null][] = [
    ['place', textProblem(typed.place, BYTES_MOST.place)],
    ['note', textProblem(typed.note, BYTES_MOST.note)],
    ['wall_kwh', amountProblem(typed.wall_kwh, WALL_MOST)],
    ['cost', amountProblem(typed.cost, COST_MOST)],
  ];
  return Object.fromEntries(all.filter((each): each is [TypedField, string] => each[1] !== null));
}

function valueOf(field: TypedField, text: string): string | number | null {
  if (field === 'place' || field === 'note') {
    return text.trim() === '' ? null : text.trim();
  }
  return readAmount(text);
}

/** What is to be sent: only what is another now. */
export function typedChanges(before: Typed, typed: Typed): Plain {
  const changed = TYPED_FIELDS.filter((field) => valueOf(field, before[field]) !== valueOf(field, typed[field]));
  return Object.fromEntries(changed.map((field) => [field, valueOf(field, typed[field])]));
}

/** garaged names the field before its reason: "wall_kwh: neither null nor …". */
export function problemAt(message: string): Problems {
  const field = TYPED_FIELDS.find((each) => message.startsWith(`${each}: `));
  return field ? { [field]: tServed(message.slice(field.length + 2)) } : {};
}
