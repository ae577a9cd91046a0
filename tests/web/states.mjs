// Cars for the tests of the page: what garaged would say of them.

/** RFC 3339 with offset, to the second. */
export function stamp(ms, offsetMinutes = 60) {
  const text = new Date(ms + offsetMinutes * 60000).toISOString().slice(0, 19);
  const sign = offsetMinutes < 0 ? '-' : '+';
  const size = Math.abs(offsetMinutes);
  return `${text}${sign}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
}

const NOW = () => Date.now();

export function signal(value, unit, ageS = 3, more = {}) {
  return { value, unit, at: stamp(NOW() - ageS * 1000), age_s: ageS, source: '55B', quality: 'ok', ...more };
}

export function signals() {
  return {
    soc: signal(54.1, '%', 3),
    soc_dash: signal(56, '%', 3, { source: '1DB' }),
    range: signal(118, 'km', 3, { source: '5B3' }),
    energy_gids: signal(11.6, 'kWh', 3),
    energy_full: signal(20.4, 'kWh', 3),
    gids: signal(145, 'GID', 3),
    soh: signal(85, '%', 40, { source: '79B 2101' }),
    hx: signal(72.35, '%', 40, { source: '79B 2101' }),
    pack_capacity: signal(55.9, 'Ah', 40, { source: '79B 2101' }),
    pack_voltage: signal(372.5, 'V', 2),
    pack_current: signal(8.5, 'A', 2),
    pack_power: signal(3.17, 'kW', 2),
    cell_min: signal(3.871, 'V', 200, { source: '79B 2102' }),
    cell_max: signal(3.889, 'V', 200, { source: '79B 2102' }),
    cell_spread: signal(0.018, 'V', 200, { source: '79B 2102' }),
    pack_temp: signal(14.2, '°C', 30),
    plugged: signal(true, '', 10),
    charging: signal(true, '', 10),
    charge_state: signal('charging', '', 10),
    charge_mode: signal('ac2', '', 10),
    charger_power: signal(3.3, 'kW', 4),
    charge_minutes: signal(130, 'min', 4),
    count_dc: signal(41, '', 300),
    count_ac: signal(1893, '', 300),
    odometer: signal(117568, 'km', 25, { quality: 'assumed', source: '5C5' }),
    aux_voltage: signal(12.43, 'V', 6, { source: 'adapter', quality: 'estimated' }),
    ambient_temp: signal(6.5, '°C', 130),
    cabin_temp: signal(null, '°C', 0, { age_s: null, at: null }),
    climate: signal(false, '', 20),
    power_state: signal('off', '', 15),
    gear: signal('p', '', 15),
    speed: signal(0, 'km/h', 15),
    door_front_a: signal(false, '', 15),
    door_front_b: signal(false, '', 15),
    door_rear_left: signal(false, '', 15),
    door_rear_right: signal(false, '', 15),
    trunk: signal(true, '', 15),
    locked: signal(false, '', 15),
  };
}

export function charging() {
  const since = stamp(NOW() - 3 * 3600000);
  return {
    seq: 4711,
    time: stamp(NOW()),
    clock: 'ok',
    demo: false,
    cars: {
      leaf: {
        name: 'Leaf',
        generation: 'AZE0',
        state: 'charging',
        garage: true,
        link: { state: 'up', reason: null, since },
        signals: signals(),
        charge: { id: 7, state: 'open', how: 'watched', from: since, soc_from: 41, battery_kwh: 3.1, mode: 'ac2' },
      },
    },
    mqtt: { state: 'off' },
    diary: { state: 'ok' },
  };
}

/** Hours without a word: everything old. */
export function asleep() {
  const house = charging();
  const car = house.cars.leaf;
  car.state = 'asleep';
  car.state_reason = 'this car is silent while off';
  car.charge = null;
  for (const each of Object.values(car.signals)) {
    if (each.value !== null) {
      each.age_s = 11000;
      each.quality = 'old';
    }
  }
  car.signals.charging.value = false;
  car.signals.charge_state.value = 'complete';
  delete car.signals.charge_minutes;
  return house;
}

export function twoCars() {
  const house = charging();
  house.cars.van = { ...structuredClone(house.cars.leaf), name: 'Van', generation: 'eNV200', state: 'driving', garage: false, charge: null };
  house.cars.van.signals = {
    soc: signal(29.9, '%', 1, { quality: 'disputed', source: '79B 2101', others: [{ value: 51, source: '55B' }] }),
    soc_dash: signal(null, '%', 0, { age_s: null }),
    speed: signal(48, 'km/h', 1),
    range: signal(null, 'km', 0, { age_s: null }),
    ambient_temp: signal(-3.5, '°C', 8),
  };
  return house;
}

/** A day of charge: driven, silent, charged. */
export function dayOfPoints() {
  const points = [];
  const start = NOW() - 24 * 3600000;
  const add = (minutes, value) => points.push([stamp(start + minutes * 60000), value, value - 0.2, value + 0.2]);
  for (let m = 90; m < 150; m += 3) {
    add(m, 78 - ((m - 90) / 60) * 22);
  }
  for (let m = 560; m < 620; m += 3) {
    add(m, 56 - ((m - 560) / 60) * 24);
  }
  for (let m = 1170; m < 1436; m += 3) {
    add(m, 32 + ((m - 1170) / 270) * 22);
  }
  return points.map(([t, ...rest]) => [t, ...rest.map((each) => Math.round(each * 10) / 10)]);
}
