// The diary's routes of the stand-in (CONTRACT 6): lists by day and month, paged, out of the charges and outings it was given.

const ZONE = 'Europe/Oslo';

function within(day, query) {
  return (!query.get('from') || day >= query.get('from')) && (!query.get('to') || day <= query.get('to'));
}

const add = (a, b) => (b === null || b === undefined ? a : Math.round(((a ?? 0) + b) * 100) / 100);

function emptySums(name, key) {
  const figures = { distance_km: null, used_kwh: null, battery_kwh: null, charger_kwh: null, wall_kwh: null, supplied_kwh: null, cost: null, currency: null, cost_max: null };
  return { [name]: key, hours: 24, ...figures, charges: 0, outings: 0, consumption_kwh: null, consumption_km: null };
}

/** One that nobody watched from one day to another has none. */
function hasDay(charge) {
  return charge.how !== 'inferred' || charge.from.slice(0, 10) === charge.to?.slice(0, 10);
}

function addCharge(sum, charge) {
  const isRange = sum.cost_max !== null || (charge.cost_max ?? null) !== null;
  const most = add(sum.cost_max ?? sum.cost, charge.cost_max ?? charge.cost);
  sum.charges += 1;
  for (const key of ['battery_kwh', 'charger_kwh', 'wall_kwh', 'cost']) {
    sum[key] = add(sum[key], charge[key]);
  }
  sum.supplied_kwh = add(sum.supplied_kwh, charge.wall_kwh ?? charge.charger_kwh ?? charge.battery_kwh);
  sum.cost_max = isRange ? most : null;
  sum.currency = charge.currency || sum.currency;
}

function addOuting(sum, outing) {
  sum.outings += 1;
  sum.distance_km = add(sum.distance_km, outing.distance_km);
  sum.used_kwh = add(sum.used_kwh, outing.energy_soc_kwh);
  if (outing.distance_km !== null && outing.energy_soc_kwh !== null) {
    sum.consumption_km = add(sum.consumption_km, outing.distance_km);
    sum.consumption_kwh = add(sum.consumption_kwh, outing.energy_soc_kwh);
  }
}

/** Its day; of one over several, of a year that holds all of it. */
function dayOf(outing, length) {
  const whole = length === 4 && outing.from.slice(0, 4) === outing.to.slice(0, 4) ? outing.from.slice(0, 10) : null;
  return outing.day ?? whole;
}

/** Charges and outings summed by day or month, newest first. */
function sums(diary, name, length, query) {
  const found = new Map();
  const at = (key) => found.get(key) ?? found.set(key, emptySums(name, key)).get(key);
  for (const charge of diary.charges.filter((each) => hasDay(each) && within(each.from.slice(0, 10), query))) {
    addCharge(at(charge.from.slice(0, length)), charge);
  }
  for (const outing of diary.outings.filter((each) => dayOf(each, length) !== null && within(dayOf(each, length), query))) {
    const sum = at(dayOf(outing, length).slice(0, length));
    addOuting(sum, outing);
  }
  return [...found.values()].sort((a, b) => (a[name] < b[name] ? 1 : -1));
}

function unattributed(diary, query, length = 10) {
  const rest = diary.outings.filter((each) => dayOf(each, length) === null && within(each.to.slice(0, 10), query));
  const sum = emptySums('day', '');
  diary.charges.filter((each) => !hasDay(each) && within(each.from.slice(0, 10), query)).forEach((each) => addCharge(sum, each));
  return { ...sum, distance_km: rest.reduce((sum, each) => add(sum, each.distance_km), 0), used_kwh: rest.reduce((sum, each) => add(sum, each.energy_soc_kwh), 0) };
}

/** The sums of a span, and its CO2: each belongs to where it began, but outings of no day to where they ended. */
function totals(diary, query, grams) {
  const sum = { ...emptySums('all', ''), distance_km: 0, used_kwh: 0, battery_kwh: 0, charger_kwh: 0, wall_kwh: 0, supplied_kwh: 0, cost: 0 };
  diary.charges.filter((each) => within(each.from.slice(0, 10), query)).forEach((each) => addCharge(sum, each));
  diary.outings.filter((each) => within(each.day ?? each.to.slice(0, 10), query)).forEach((each) => addOuting(sum, each));
  const known = (key) => diary.charges.some((each) => within(each.from.slice(0, 10), query) && (each[key] ?? null) !== null);
  for (const key of ['charger_kwh', 'wall_kwh', 'cost']) {
    sum[key] = sum.charges === 0 || known(key) ? sum[key] : null;
  }
  const co2 = grams === null ? null : add(0, (sum.supplied_kwh * grams) / 1000);
  return { since: query.get('from'), until: query.get('to'), ...sum, co2_kg: co2, unattributed: unattributed(diary, query) };
}

/** One page: at most `limit` items older than `before`. */
function paged(items, keyOf, query) {
  const before = query.get('before');
  const start = before === null ? 0 : items.findIndex((each) => String(keyOf(each)) === before) + 1;
  const limit = Number(query.get('limit') ?? 100);
  const page = items.slice(start, start + limit);
  return { items: page, next: start + limit < items.length ? keyOf(page[page.length - 1]) : null };
}

/** A day with us, one asleep, and today as it was kept last. */
const TRAFFIC = [
  { day: '2026-11-22', frames_sent: 1100, polls: 560, wakeups: 0, bytes: 8800 },
  { day: '2026-11-21', frames_sent: 0, polls: 0, wakeups: 0, bytes: 0 },
  { day: '2026-11-20', frames_sent: 2310, polls: 1170, wakeups: 3, bytes: 18480 },
];

const LISTS = {
  days: (diary, query) => ({ ...paged(sums(diary, 'day', 10, query), (each) => each.day, query), unattributed: unattributed(diary, query) }),
  months: (diary, query) => ({ ...paged(sums(diary, 'month', 7, query), (each) => each.month, query), unattributed: unattributed(diary, query) }),
  years: (diary, query) => ({ ...paged(sums(diary, 'year', 4, query), (each) => each.year, query), unattributed: unattributed(diary, query, 4) }),
  charges: (diary, query) => paged(diary.charges.filter((each) => within(each.from.slice(0, 10), query)), (each) => each.id, query),
  outings: (diary, query) => paged(diary.outings.filter((each) => within(each.to.slice(0, 10), query)), (each) => each.id, query),
  traffic: (diary, query) => paged(TRAFFIC, (each) => each.day, query),
  cells: (diary) => ({ items: (diary.cells ?? []).slice(0, 1), next: null }),
  battery: (diary, query) => paged(diary.battery.filter((each) => within(each.day, query)), (each) => each.day, query),
};

const TYPED = { place: 31, note: 199 };

/** What PATCH charges/N makes of the charge; the mistake in garaged's words, or null. */
export function typeCharge(charge, body) {
  for (const [key, value] of Object.entries(body)) {
    if (key in TYPED && String(value ?? '').length > TYPED[key]) {
      return `${key}: longer than ${TYPED[key]} bytes`;
    }
    if (key === 'wall_kwh' && value === 199) {
      return 'wall_kwh: this meter can’t have counted that';
    }
  }
  const from = Object.fromEntries(['wall', 'cost'].filter((each) => `${each}${each === 'wall' ? '_kwh' : ''}` in body).map((each) => [`${each}_from`, 'typed']));
  Object.assign(charge, body, from, 'cost' in body ? { cost_max: null } : {});
  return null;
}

/** What a person pays: less at night. */
export function usualTariffs() {
  const bands = [{ from: '22:00', to: '06:00', price: 0.214 }];
  return { tariffs: [{ valid_from: '2010-01-01', currency: 'EUR', price: 0.342, session_fee: 0, bands }], holidays: ['2026-12-25'] };
}

/** The answer to a path of the diary; undefined where it isn't one, null where there is no such item. */
export function answerDiary(diary, path, query, grams = null) {
  if (path === 'totals') {
    return { car: query.get('car'), zone: ZONE, ...totals(diary, query, grams) };
  }
  const one = /^charges\/(\d+)$/.exec(path);
  if (one) {
    const charge = diary.charges.find((each) => String(each.id) === one[1]);
    return charge ? { ...charge, curve: diary.curves(charge) } : null;
  }
  const list = Object.hasOwn(LISTS, path) ? LISTS[path] : undefined;
  return list ? { car: query.get('car'), zone: ZONE, ...list(diary, query) } : undefined;
}

export function emptyDiary() {
  return { charges: [], outings: [], battery: [], curves: () => [] };
}

export function usualPreferences() {
  return {
    notices: {
      charge_finished: true, charge_interrupted: true, aux_low: true, dongle_lost: true, soc_low: true, not_plugged: true,
      soc_low_percent: 20, not_plugged_at: null, aux_low_volts: 12,
    },
    co2_g_per_kwh: null,
  };
}

export function usualSystem() {
  return {
    version: '0.3.0',
    uptime_s: 93784,
    cars: { leaf: { frames_sent: 1842, polls: 911, wakeups: 0, bytes: 82133, today: { day: '2026-11-22', frames_sent: 1204, polls: 611, wakeups: 0, bytes: 9632 }, counters: { frames_heard: 45590, answers: 899, timeouts: 3, negative: 0, checksum: 0, gate_refused: 0, brand_new: 12 } } },
    files: { 'readings.db': 41234567, 'diary.db': 2123456, 'access.db': 40960 },
    bytes_written_today: 1834567,
    memory_kb: 9216,
    processor_s: 412.3,
    disk: { free: 21000000000, bytes: 31000000000 },
    backups: { folder: '/var/lib/garaged/backups', newest: '2026-11-22', count: 7, reason: 'same disk as the diary: no protection against a dead card' },
    homeassistant: { discovery: true, birth: null },
    refused_peers: 0,
    queues: { store: { waiting: 0, most: 1024, dropped: 0 }, websockets: { waiting: 1, most: 32 } },
  };
}
