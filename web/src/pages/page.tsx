/* What every page of a car gets, and its top line. */
import type { ComponentChildren } from 'preact';
import type { App, AppState } from '../app';
import type { Moment } from '../format';
import type { Car, House } from '../model';
import { Icon } from '../parts/icons';
import type { View } from '../parts/value';
import type { Route } from '../route';

export interface CarPageProps {
  app: App;
  state: AppState;
  house: House;
  id: string;
  car: Car;
  route: Route;
  view: View;
  /** The house's time; null while its clock isn't set. */
  now: Moment | null;
  dark: boolean;
  /** The car as links have to name it: null where there is only one. */
  linkCar: string | null;
}

/** The name of a saved list; of an invented car it says so. */
export function fileName(house: House, words: readonly string[]): string {
  return `${[...(house.demo ? ['made-up'] : []), ...words].join('-')}.csv`;
}

interface PageHeadProps {
  title: string;
  /** Where one came from, one level up. */
  up?: { link: string; label: string };
  children?: ComponentChildren;
}

export function PageHead({ title, up, children }: PageHeadProps) {
  return (
    <div class="pagehead">
      {up ? (
        <a class="pagehead__up" href={up.link}>
          <Icon name="back" size={16} /> {up.label}
        </a>
      ) : null}
      <h1 class="pagehead__title">{title}</h1>
      {children}
    </div>
  );
}
