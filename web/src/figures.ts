/* Which signals the page draws, where and how they are written. A table: one row a signal, no code. */
import type { IconName } from './parts/icons';
import type { Writing } from './parts/value';

export interface FigureRow {
  signal: string;
  label: string;
  writing: Writing;
  /** Not drawn where the car reports this other signal. */
  unless?: string;
}

export interface TileRow extends FigureRow {
  icon: IconName;
}

const YES_NO = { true: 'Yes', false: 'No' };

/** The tiles of the first screen, in their order. */
export const TILES: readonly TileRow[] = [
  { signal: 'odometer', label: 'Odometer', icon: 'road', writing: { most: 0 } },
  { signal: 'aux_voltage', label: '12 V battery', icon: 'twelve', writing: { least: 1, most: 2 } },
  { signal: 'ambient_temp', label: 'Outside', icon: 'outside', writing: { most: 1 } },
  { signal: 'cabin_temp', label: 'Cabin', icon: 'cabin', writing: { most: 1 } },
  { signal: 'pack_temp', label: 'Drive battery', icon: 'battery', writing: { most: 1 } },
  { signal: 'climate', label: 'Climate', icon: 'fan', writing: { words: { true: 'On', false: 'Off' } } },
];

/** The card of the plug and the charger. */
export const CHARGING: readonly FigureRow[] = [
  { signal: 'plugged', label: 'Plug', writing: { words: { true: 'Plugged in', false: 'Not plugged in' } } },
  { signal: 'charging', label: 'Charging', writing: { words: YES_NO }, unless: 'charge_state' },
  {
    signal: 'charge_state',
    label: 'Charger',
    writing: { words: { idle: 'Idle', waiting: 'Waiting', charging: 'Charging', complete: 'Finished', fault: 'Fault' } },
  },
  {
    signal: 'charge_mode',
    label: 'Kind',
    writing: { words: { none: 'None', ac1: 'AC, slow (level 1)', ac2: 'AC (level 2)', dc: 'DC, quick' } },
  },
  { signal: 'charger_power', label: 'Power', writing: { least: 1, most: 2 } },
];

/** The longer lists, each under its heading; a heading without any signal of this car isn't drawn. */
export const LISTS: readonly { title: string; icon: IconName; rows: readonly FigureRow[] }[] = [
  {
    title: 'Energy and health',
    icon: 'battery',
    rows: [
      { signal: 'soc', label: 'Charge, battery’s own figure', writing: { least: 1, most: 1 } },
      { signal: 'soc_dash', label: 'Charge, as on the dashboard', writing: { most: 1 } },
      { signal: 'energy_gids', label: 'Energy stored', writing: { least: 1, most: 1 } },
      { signal: 'energy_soc', label: 'Energy stored, incl. reserve', writing: { least: 1, most: 1 } },
      { signal: 'energy_full', label: 'Energy when full', writing: { least: 1, most: 1 } },
      { signal: 'soh', label: 'Health (SOH)', writing: { most: 1 } },
      { signal: 'hx', label: 'Hx', writing: { most: 2 } },
      { signal: 'pack_capacity', label: 'Capacity', writing: { most: 1 } },
      { signal: 'gids', label: 'GIDs', writing: { most: 0 } },
      { signal: 'count_ac', label: 'Charges by AC, ever', writing: { most: 0 } },
      { signal: 'count_dc', label: 'Quick charges, ever', writing: { most: 0 } },
    ],
  },
  {
    title: 'Inside the battery',
    icon: 'cells',
    rows: [
      { signal: 'pack_power', label: 'Power, + is charging', writing: { least: 1, most: 2 } },
      { signal: 'pack_voltage', label: 'Voltage', writing: { least: 1, most: 1 } },
      { signal: 'pack_current', label: 'Current, + is charging', writing: { least: 1, most: 1 } },
      { signal: 'charge_power_limit', label: 'May take', writing: { least: 1, most: 1 } },
      { signal: 'discharge_power_limit', label: 'May give', writing: { least: 1, most: 1 } },
      { signal: 'cell_min', label: 'Weakest cell', writing: { least: 3, most: 3 } },
      { signal: 'cell_max', label: 'Strongest cell', writing: { least: 3, most: 3 } },
      { signal: 'cell_spread', label: 'Cell spread', writing: { least: 3, most: 3 } },
      { signal: 'pack_temp_1', label: 'Sensor 1', writing: { most: 1 } },
      { signal: 'pack_temp_2', label: 'Sensor 2', writing: { most: 1 } },
      { signal: 'pack_temp_3', label: 'Sensor 3', writing: { most: 1 } },
      { signal: 'pack_temp_4', label: 'Sensor 4', writing: { most: 1 } },
    ],
  },
  {
    title: 'Driving',
    icon: 'gauge',
    rows: [
      {
        signal: 'power_state',
        label: 'Switch',
        writing: { words: { off: 'Off', acc: 'Accessories', on: 'On', ready: 'Ready to drive' } },
      },
      { signal: 'gear', label: 'Gear', writing: { words: { p: 'P', r: 'R', n: 'N', d: 'D', b: 'B' } } },
      { signal: 'speed', label: 'Speed', writing: { most: 0 } },
      { signal: 'climate_power', label: 'Climate', writing: { least: 1, most: 2 } },
      { signal: 'fan_step', label: 'Fan step', writing: { most: 0 } },
      { signal: 'aux_current', label: '12 V current', writing: { least: 1, most: 1 } },
    ],
  },
  {
    title: 'Tyres',
    icon: 'tyre',
    rows: [
      { signal: 'tyre_fl', label: 'Front left', writing: { most: 0 } },
      { signal: 'tyre_fr', label: 'Front right', writing: { most: 0 } },
      { signal: 'tyre_rl', label: 'Rear left', writing: { most: 0 } },
      { signal: 'tyre_rr', label: 'Rear right', writing: { most: 0 } },
    ],
  },
];

/** The doors, `true` = open. The frame names the front ones A and B, not left and right. */
export const DOORS: readonly { signal: string; label: string }[] = [
  { signal: 'door_front_a', label: 'front A' },
  { signal: 'door_front_b', label: 'front B' },
  { signal: 'door_rear_left', label: 'rear left' },
  { signal: 'door_rear_right', label: 'rear right' },
  { signal: 'trunk', label: 'boot' },
];
