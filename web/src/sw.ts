/* The service worker: the page opens, and says that garaged can't be reached, also while it can't. It keeps one whole
 * version, put there when it is installed and never changed, and takes over once no tab shows an older one. Browsers run
 * it only over HTTPS with a certificate they trust. */
import { staleStores, storeName, treatment } from './worker_rules';

/** Filled in by build.mjs: of this build, and what belongs to it. */
declare const VERSION: string;
declare const FILES: readonly string[];

interface Extendable {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Worker {
  registration: { scope: string };
  addEventListener(type: 'install' | 'activate', run: (event: Extendable) => void): void;
  addEventListener(type: 'fetch', run: (event: Fetching) => void): void;
}

const PAGE = './';
const PATIENCE_MS = 5000;
const worker = self as unknown as Worker;

async function install(): Promise<void> {
  const store = await caches.open(storeName(VERSION));
  await store.addAll([new Request(PAGE, { cache: 'reload' }), ...FILES]);
}

async function tidy(): Promise<void> {
  await Promise.all(staleStores(await caches.keys(), VERSION).map((name) => caches.delete(name)));
}

async function kept(address: string): Promise<Response | undefined> {
  const store = await caches.open(storeName(VERSION));
  return store.match(address, { ignoreVary: true, ignoreSearch: true });
}

/** garaged's answer, unless it takes too long or there is none. */
async function pageOf(request: Request): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  try {
    return await fetch(request, { signal: abort.signal });
  } catch {
    return (await kept(PAGE)) ?? Response.error();
  } finally {
    clearTimeout(timer);
  }
}

async function assetOf(request: Request): Promise<Response> {
  return (await kept(request.url)) ?? fetch(request);
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(tidy()));
worker.addEventListener('fetch', (event) => {
  const what = treatment(event.request.method, event.request.url, worker.registration.scope);
  if (what === 'page') {
    event.respondWith(pageOf(event.request));
  } else if (what === 'asset') {
    event.respondWith(assetOf(event.request));
  }
});
