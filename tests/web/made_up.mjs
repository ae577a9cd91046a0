// Two years of made-up diary for the stand-in, in the shapes of CONTRACT 6: the same every time but for the day it ends on.
import { stamp } from './states.mjs';

const DAY_MS = 86400000;
const round = (value, digits) => Math.round(value * 10 ** digits) / 10 ** digits;

/** 0..1, the same for the same number. */
function chance(n) {
  const x = Math.sin(n * 12.9898) * 43758.5453;
  return x - Math.floor(x);
}

function localDay(ms) {
  return stamp(ms).slice(0, 10);
}

function outingOf(i, ms, id) {
  const distance = Math.round(12 + 60 * chance(i));
  const elsewhere = i % 41 === 7;
  const energy = round(distance * (0.14 + 0.06 * chance(i + 0.5)), 1);
  const away = i % 61 === 20;
  return {
    id,
    from: stamp(ms + 7 * 3600000),
    to: stamp(ms + (away ? 2 * DAY_MS : 0) + 17 * 3600000),
    distance_km: away ? distance * 6 : distance,
    energy_soc_kwh: elsewhere ? null : energy,
    energy_gids_kwh: elsewhere ? null : round(energy * 0.98, 1),
    consumption_kwh_100km: elsewhere || away ? null : round((energy / distance) * 100, 1),
    day: away ? null : localDay(ms),
    tags: [],
    flags: elsewhere ? ['charged_elsewhere'] : [],
  };
}

function chargeOf(i, ms, id) {
  const inferred = i % 9 === 4;
  const from = ms + 18 * 3600000;
  const hours = 2 + 3 * chance(i + 0.3);
  const battery = round(hours * 3.05, 2);
  const socFrom = round(30 + 20 * chance(i + 0.7), 1);
  const wall = i % 3 === 0 ? round(battery * 1.17, 2) : null;
  return {
    id,
    state: i % 37 === 11 ? 'incomplete' : 'closed',
    how: inferred ? 'inferred' : wall === null ? 'watched' : 'metered',
    from: stamp(from),
    to: stamp(from + hours * 3600000),
    soc_from: socFrom,
    soc_to: round(Math.min(100, socFrom + battery / 0.22), 1),
    mode: inferred ? null : 'ac2',
    battery_kwh: battery,
    charger_kwh: inferred ? null : round(battery * 1.07, 2),
    wall_kwh: wall,
    wall_from: wall === null ? '' : 'meter',
    efficiency: inferred ? null : wall === null ? 0.935 : 0.855,
    cost: inferred ? round(battery * 0.2, 2) : wall === null ? null : round(wall * 0.28, 2),
    cost_max: inferred ? round(battery * 0.34, 2) : null,
    currency: wall === null && !inferred ? '' : 'EUR',
    peak_kw: inferred ? null : 3.4,
    temp_from: inferred ? null : 11.5,
    temp_to: inferred ? null : 17.2,
    odometer_km: 90000 + i * 37,
    place: 'home',
    note: '',
    flags: inferred ? ['estimated'] : i % 23 === 5 ? ['gaps', 'interrupted'] : [],
  };
}

/** Every few minutes of a watched charge. */
function curveOf(charge) {
  const from = Date.parse(charge.from);
  const to = Date.parse(charge.to);
  const count = Math.floor((to - from) / 300000);
  return Array.from({ length: count + 1 }, (_, i) => {
    const soc = charge.soc_from + ((charge.soc_to - charge.soc_from) * i) / count;
    return [stamp(from + i * 300000), round(soc, 1), round(i > count - 4 ? 3.3 - 0.6 * (i - count + 4) : 3.3, 1)];
  });
}

function healthOf(i, ms) {
  const soh = round(88 - i * 0.006 + chance(i) * 0.2, 2);
  return { day: localDay(ms), serial: 1, soh, hx: round(soh * 0.85, 2), capacity_ah: round(soh * 0.655, 2), full_kwh: round(soh * 0.24, 1), cell_min: 3.871, cell_max: 3.889, cell_spread: 0.018, temperature: 14.5, count_ac: 900 + i, count_dc: 12, measured_kwh: i % 3 === 0 ? round(soh * 0.23, 1) : null, measured_scatter_kwh: 0.3, measured_charges: 9, odometer_km: 90000 + i * 37 };
}

/** Charges, outings and battery health of so many days up to `endMs`, each newest first. */
export function madeUpDiary(days = 500, endMs = Date.now() - DAY_MS) {
  const charges = [];
  const outings = [];
  const battery = [];
  const end = Math.floor(endMs / DAY_MS) * DAY_MS - 3600000;
  for (let i = 0; i < days; i += 1) {
    const ms = end - (days - 1 - i) * DAY_MS;
    if (chance(i + 0.1) < 0.72) {
      outings.unshift(outingOf(i, ms, outings.length + 1));
    }
    if (chance(i + 0.2) < 0.55) {
      charges.unshift(chargeOf(i, ms, charges.length + 1));
    }
    battery.unshift(healthOf(i, ms));
  }
  const cells = [{ id: 1, at: stamp(end), cells: Array.from({ length: 96 }, (_, n) => round(3.88 + 0.009 * Math.sin(n), 3)) }];
  return { charges, outings, battery, cells, curves: (charge) => (charge.how === 'inferred' ? [] : curveOf(charge)) };
}
