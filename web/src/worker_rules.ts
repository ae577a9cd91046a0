/* What the service worker does with a request: it keeps the page itself and its assets, and nothing that is said of the
 * house. Pure. */

export type Treatment =
  /** The page: garaged first, what was kept while garaged can't be reached. */
  | 'page'
  /** A file whose name changes with its contents: what was kept, else garaged. */
  | 'asset'
  /** Not ours: the browser asks by itself, as if there were no worker. */
  | 'pass';

/** `root`: the folder of the worker, as an address that ends with a slash. */
export function treatment(method: string, address: string, root: string): Treatment {
  if (method !== 'GET' || !address.startsWith(root)) {
    return 'pass';
  }
  const path = address.slice(root.length).replace(/[?#].*$/, '');
  if (path === '' || path === 'index.html') {
    return 'page';
  }
  return /^assets\/[\w.-]+$/.test(path) ? 'asset' : 'pass';
}

const PREFIX = 'garaged-';

/** Where what belongs to this version is kept. */
export function storeName(version: string): string {
  return PREFIX + version;
}

/** The stores of other versions, which may go. */
export function staleStores(names: readonly string[], version: string): string[] {
  return names.filter((name) => name.startsWith(PREFIX) && name !== storeName(version));
}
