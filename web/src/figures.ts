/* Which signals the page draws, where and how they are written. A table: one row a signal, no code. */
import { t } from './i18n';
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

const YES_NO = { true: t('Yes'), false: t('No') };

/** The tiles of the first screen, in their order. */
export const TILES: readonly TileRow[] = [
  { signal: 'odometer', label: t('Odometer'), icon: 'road', writing: { most: 0 } },
  { signal: 'aux_voltage', label: t('12 V battery'), icon: 'twelve', writing: { least: 1, most: 2 } },
  { signal: 'ambient_temp', label: t('Outside'), icon: 'outside', writing: { most: 1 } },
  { signal: 'cabin_temp', label: t('Cabin'), icon: 'cabin', writing: { most: 1 } },
  { signal: 'pack_temp', label: t('Drive battery'), icon: 'battery', writing: { most: 1 } },
  { signal: 'climate', label: t('Climate'), icon: 'fan', writing: { words: { true: t('On'), false: t('Off') } } },
];

/** The card of the plug and the charger. */
export const CHARGING: readonly FigureRow[] = [
  { signal: 'plugged', label: t('Plug'), writing: { words: { true: t('Plugged in'), false: t('Not plugged in') } } },
  { signal: 'charging', label: t('Charging'), writing: { words: YES_NO }, unless: 'charge_state' },
  {
    signal: 'charge_state',
    label: t('Charger'),
    writing: { words: { idle: t('Idle'), waiting: t('Waiting'), charging: t('Charging'), complete: t('Finished'), fault: t('Fault') } },
  },
  {
    signal: 'charge_mode',
    label: t('Kind'),
    writing: { words: { none: t('None'), ac1: t('AC, slow (level 1)'), ac2: t('AC (level 2)'), dc: t('DC, quick') } },
  },
  { signal: 'charger_power', label: t('Power'), writing: { least: 1, most: 2 } },
];

/** The longer lists, each under its heading; a heading without any signal of this car isn't drawn. */
export const LISTS: readonly { id: string; title: string; icon: IconName; rows: readonly FigureRow[] }[] = [
  {
    id: 'energy',
    title: t('Energy and health'),
    icon: 'battery',
    rows: [
      { signal: 'soc', label: t('Charge, battery’s own figure'), writing: { least: 1, most: 1 } },
      { signal: 'soc_dash', label: t('Charge, as on the dashboard'), writing: { most: 1 } },
      { signal: 'energy_gids', label: t('Energy stored'), writing: { least: 1, most: 1 } },
      { signal: 'energy_soc', label: t('Energy stored, incl. reserve'), writing: { least: 1, most: 1 } },
      { signal: 'energy_full', label: t('Energy when full'), writing: { least: 1, most: 1 } },
      { signal: 'soh', label: t('Health (SOH)'), writing: { most: 1 } },
      { signal: 'hx', label: t('Hx'), writing: { most: 2 } },
      { signal: 'pack_capacity', label: t('Capacity'), writing: { most: 1 } },
      { signal: 'gids', label: t('GIDs'), writing: { most: 0 } },
      { signal: 'count_ac', label: t('Charges by AC, ever'), writing: { most: 0 } },
      { signal: 'count_dc', label: t('Quick charges, ever'), writing: { most: 0 } },
    ],
  },
  {
    id: 'inside',
    title: t('Inside the battery'),
    icon: 'cells',
    rows: [
      { signal: 'pack_power', label: t('Power, + is charging'), writing: { least: 1, most: 2 } },
      { signal: 'pack_voltage', label: t('Voltage'), writing: { least: 1, most: 1 } },
      { signal: 'pack_current', label: t('Current, + is charging'), writing: { least: 1, most: 1 } },
      { signal: 'charge_power_limit', label: t('May take'), writing: { least: 1, most: 1 } },
      { signal: 'discharge_power_limit', label: t('May give'), writing: { least: 1, most: 1 } },
      { signal: 'cell_min', label: t('Weakest cell'), writing: { least: 3, most: 3 } },
      { signal: 'cell_max', label: t('Strongest cell'), writing: { least: 3, most: 3 } },
      { signal: 'cell_spread', label: t('Cell spread'), writing: { least: 3, most: 3 } },
      { signal: 'pack_temp_1', label: t('Sensor 1'), writing: { most: 1 } },
      { signal: 'pack_temp_2', label: t('Sensor 2'), writing: { most: 1 } },
      { signal: 'pack_temp_3', label: t('Sensor 3'), writing: { most: 1 } },
      { signal: 'pack_temp_4', label: t('Sensor 4'), writing: { most: 1 } },
    ],
  },
  {
    id: 'driving',
    title: t('On the road'),
    icon: 'gauge',
    rows: [
      {
        signal: 'power_state',
        label: t('Switch'),
        writing: { words: { off: t('Off'), acc: t('Accessories'), on: t('On'), ready: t('Ready to drive') } },
      },
      { signal: 'gear', label: t('Gear'), writing: { words: { p: 'P', r: 'R', n: 'N', d: 'D', b: 'B' } } },
      { signal: 'speed', label: t('Speed'), writing: { most: 0 } },
      { signal: 'climate_power', label: t('Climate'), writing: { least: 1, most: 2 } },
      { signal: 'fan_step', label: t('Fan step'), writing: { most: 0 } },
      { signal: 'aux_current', label: t('12 V current'), writing: { least: 1, most: 1 } },
    ],
  },
  {
    id: 'tyres',
    title: t('Tyres'),
    icon: 'tyre',
    rows: [
      { signal: 'tyre_fl', label: t('Front left'), writing: { most: 0 } },
      { signal: 'tyre_fr', label: t('Front right'), writing: { most: 0 } },
      { signal: 'tyre_rl', label: t('Rear left'), writing: { most: 0 } },
      { signal: 'tyre_rr', label: t('Rear right'), writing: { most: 0 } },
    ],
  },
];

/** The doors, `true` = open. The frame names the front ones A and B, not left and right. */
export const DOORS: readonly { signal: string; label: string }[] = [
  { signal: 'door_front_a', label: t('front A') },
  { signal: 'door_front_b', label: t('front B') },
  { signal: 'door_rear_left', label: t('rear left') },
  { signal: 'door_rear_right', label: t('rear right') },
  { signal: 'trunk', label: t('boot') },
];
