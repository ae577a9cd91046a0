/* Miles, degrees Fahrenheit, kilometres to the kWh: the last step, on the screen only. Pure. */

export interface Units {
  distance: 'km' | 'mi';
  temperature: 'C' | 'F';
  /** energy: kWh for a hundred. distance: how far a kWh lasts. null: as is usual with the distance. */
  consumption?: Consumption | null;
}

export type Consumption = 'energy' | 'distance';

/** Where one drives miles, one says how many of them a kWh lasts. */
export function consumptionOf(units: Units): Consumption {
  return units.consumption ?? (units.distance === 'mi' ? 'distance' : 'energy');
}

export const KM_PER_MILE = 1.609344;
const KPA_PER_PSI = 6.894757;
export const CONSUMPTION = 'kWh/100 km';

export interface Quantity {
  value: number;
  unit: string;
  /** A converted value has lost the server's rounding: decimals to show, or null to leave it as it came. */
  decimals: number | null;
}

function shownConsumption(value: number, units: Units): Quantity {
  const per100 = units.distance === 'mi' ? value * KM_PER_MILE : value;
  if (consumptionOf(units) === 'distance') {
    return { value: 100 / per100, unit: `${units.distance}/kWh`, decimals: 1 };
  }
  return { value: per100, unit: `kWh/100 ${units.distance}`, decimals: units.distance === 'mi' ? 1 : null };
}

/** Converts a value of the vocabulary's unit into what this browser shows. */
export function shown(value: number, unit: string, units: Units): Quantity {
  if (unit === CONSUMPTION) {
    return shownConsumption(value, units);
  }
  if (units.distance === 'mi') {
    switch (unit) {
      case 'km':
        return { value: value / KM_PER_MILE, unit: 'mi', decimals: 0 };
      case 'km/h':
        return { value: value / KM_PER_MILE, unit: 'mph', decimals: 0 };
      case 'kPa':
        return { value: value / KPA_PER_PSI, unit: 'psi', decimals: 0 };
    }
  }
  if (units.temperature === 'F' && unit === '°C') {
    return { value: value * 1.8 + 32, unit: '°F', decimals: 0 };
  }
  return { value, unit, decimals: null };
}
