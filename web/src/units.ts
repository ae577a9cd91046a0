/* Miles and degrees Fahrenheit: the last step, on the screen only. Pure. */

export interface Units {
  distance: 'km' | 'mi';
  temperature: 'C' | 'F';
}

const KM_PER_MILE = 1.609344;
const KPA_PER_PSI = 6.894757;
/** Where one drives miles, one says how many of them a kWh lasts. */
export const CONSUMPTION = 'kWh/100 km';

export interface Quantity {
  value: number;
  unit: string;
  /** A converted value has lost the server's rounding: decimals to show, or null to leave it as it came. */
  decimals: number | null;
}

/** Converts a value of the vocabulary's unit into what this browser shows. */
export function shown(value: number, unit: string, units: Units): Quantity {
  if (units.distance === 'mi') {
    switch (unit) {
      case 'km':
        return { value: value / KM_PER_MILE, unit: 'mi', decimals: 0 };
      case 'km/h':
        return { value: value / KM_PER_MILE, unit: 'mph', decimals: 0 };
      case 'kPa':
        return { value: value / KPA_PER_PSI, unit: 'psi', decimals: 0 };
      case CONSUMPTION:
        return { value: 100 / (value * KM_PER_MILE), unit: 'mi/kWh', decimals: 1 };
    }
  }
  if (units.temperature === 'F' && unit === '°C') {
    return { value: value * 1.8 + 32, unit: '°F', decimals: 0 };
  }
  return { value, unit, decimals: null };
}
