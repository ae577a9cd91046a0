/* Brings the service worker where there can be one: the page came over HTTPS, by a certificate that the browser trusts. */

export function bringWorker(): void {
  if (location.protocol !== 'https:' || !('serviceWorker' in navigator)) {
    return;
  }
  // Refused for a certificate that nobody vouches for: then the page is as it is without.
  navigator.serviceWorker.register('sw.js', { updateViaCache: 'none' }).catch(() => undefined);
}
