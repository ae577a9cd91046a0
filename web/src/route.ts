/* Which page an address means: `#/charges/7?period=2026-11`. Pure. */

export const PAGES = ['now', 'charges', 'mileage', 'energy', 'history', 'battery', 'system', 'notices', 'setup', 'more'] as const;
export type PageName = (typeof PAGES)[number];

export interface Route {
  page: PageName;
  /** The one item of a list, or null for the list. */
  id: number | null;
  query: Readonly<Record<string, string>>;
}

export const HOME: Route = { page: 'now', id: null, query: {} };

/** Reads the part of an address behind (and with) its `#`; whatever is no page of ours is the first one. */
export function readRoute(hash: string): Route {
  const found = /^#\/([a-z]+)(?:\/(\d{1,15}))?(?:\?(.*))?$/.exec(hash);
  const page = PAGES.find((each) => each === found?.[1]);
  if (!found || !page) {
    return HOME;
  }
  const query = Object.fromEntries(new URLSearchParams(found[3] ?? ''));
  return { page, id: found[2] === undefined ? null : Number(found[2]), query };
}

/** The address of a page; keys without a value are left out. */
export function linkTo(page: PageName, query: Record<string, string | null> = {}, id: number | null = null): string {
  const known = Object.entries(query).filter((each): each is [string, string] => each[1] !== null && each[1] !== '');
  const words = new URLSearchParams(known).toString();
  const name = page === 'now' && words === '' ? '' : page;
  return `#/${name}${id === null ? '' : `/${id}`}${words === '' ? '' : `?${words}`}`;
}
