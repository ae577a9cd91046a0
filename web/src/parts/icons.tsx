/* Our own line icons, drawn on 24 x 24. They always stand beside words, so they are hidden from screen readers. */

const PATHS = {
  bolt: 'M13 2.5 5.5 13.5H11l-1 8 8-11.5h-5.5z',
  plug: 'M9 3v5M15 3v5M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0zM12 17v4',
  road: 'M8 3 4 21M16 3l4 18M12 4v3M12 10.5v3M12 17v3',
  gauge: 'M4.3 17.5a9 9 0 1 1 15.4 0M12 14l3.5-5M12 14.2h.01',
  outside: 'M10 14.2V5a2 2 0 1 1 4 0v9.2a4 4 0 1 1-4 0zM12 9v7.5',
  cabin: 'M7 3.5h4l1 9.5H8zM8 13l-1.5 7.5M12 13h4.5a2 2 0 0 1 1.9 1.4l1.6 6M7 17.5h11',
  battery: 'M3 8h16v9H3zM19 11h2v3h-2M6.5 11v3M10 11v3M13.5 11v3',
  twelve: 'M3 8.5h18V19H3zM6 8.5V5.5h3v3M15 8.5V5.5h3v3M6 12.5h3M15 12.5h3M16.5 11v3',
  door: 'M6 20V9.5L11.5 4H19v16zM6 11h13M15 14.5h1.5',
  lock: 'M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11',
  unlock: 'M6 11h12v9H6zM8.5 11V7a3.5 3.5 0 0 1 6.8-1.2',
  fan: 'M12 12c-2-3-1.5-7 1-8s3.5 3-1 8zM12 12c3-2 7-1.5 8 1s-3 3.5-8-1zM12 12c2 3 1.5 7-1 8s-3.5-3 1-8zM12 12c-3 2-7 1.5-8-1s3-3.5 8 1z',
  tyre: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 3v5M12 16v5M3 12h5M16 12h5',
  cells: 'M4 5h4v14H4zM10 5h4v14h-4zM16 5h4v14h-4z',
  car: 'M4 16.5v-4l2-5.5h12l2 5.5v4zM4 12.5h16M6 16.5V19M18 16.5V19M7.5 14.5h.01M16.5 14.5h.01',
  dongle: 'M5 5h14l-2 7H7zM9 12v4h6v-4M12 16v5M9 8h.01M12 8h.01M15 8h.01',
  house: 'M3.5 11 12 4l8.5 7M6 9.5V20h12V9.5M9 20v-6h6v6M9 17h6',
  screen: 'M8 3h8v18H8zM11 18h2',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  clock: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7.5V12l3 2',
  warning: 'M12 4 2.5 20h19zM12 10v4.5M12 17.3h.01',
  info: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 11v5.5M12 7.7h.01',
  sliders: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5',
  pause: 'M9 6v12M15 6v12',
  play: 'M8 5.5v13l11-6.5z',
  leave: 'M10 4H5v16h5M14.5 8l4 4-4 4M18.5 12H9.5',
  close: 'M6 6l12 12M18 6 6 18',
  bell: 'M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 2h-15zM10 21h4',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  forth: 'M9.5 5.5 16 12l-6.5 6.5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  book: 'M6 4h12v16H8a2 2 0 0 1-2-2zM6 18a2 2 0 0 1 2-2h10M9.5 8h5',
  calendar: 'M4.5 6h15v14h-15zM4.5 10.5h15M8.5 3.5v4M15.5 3.5v4',
  coin: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM14.7 9.3a3 3 0 0 0-5.2.7c0 2.4 5 1.6 5 4a3 3 0 0 1-5.2.7M12 6.6v1.5M12 15.9v1.5',
  card: 'M7 3h10v18H7zM10 6h.01M10 9h.01M14 6h.01M14 9h.01M10 14h4v4h-4z',
  broker: 'M12 8.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM12 3v3M12 18v3M3 12h3M18 12h3',
  sheet: 'M6 3h9l4 4v14H6zM9 12h7M9 16h7M9 8h3',
  history: 'M4 19h16M4 15l5-5 4 3 7-8',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  homeassistant: 'M12 3.5 21 12v8.5H3V12zM12 20.5v-8M12 16l-3.5-3.5M12 15l3.5-3.5',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4M12 10.5v6M9.5 14.5l2.5 2.5 2.5-2.5',
  people: 'M9 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM2.5 20a6.5 6.5 0 0 1 13 0M16 5a3.5 3.5 0 0 1 0 6.5M18.5 14.5a6.5 6.5 0 0 1 3 5.5',
  key: 'M8 8.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 12.5h9M18 12.5v3.5M15 12.5v2.5',
  tag: 'M4 4h8l8.5 8.5-8 8L4 12zM8.3 8.3h.01',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  steps: 'M4 6.5l1.5 1.5L8.5 5M4 12.5l1.5 1.5 3-3M4 18.5l1.5 1.5 3-3M12 6.5h8M12 12.5h8M12 18.5h8',
  quality: 'M12 3.5 20 7v5c0 4.5-3.2 7.5-8 9-4.8-1.5-8-4.5-8-9V7z',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
