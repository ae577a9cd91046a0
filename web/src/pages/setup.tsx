/* Setup: a walk in steps, each with an address of its own, none of which has to be taken. */
import { useEffect, useRef } from 'preact/hooks';
import type { Prefs } from '../prefs';
import { t } from '../i18n';
import { useLoad } from '../load';
import { Icon } from '../parts/icons';
import { StepList } from '../parts/step_list';
import { linkTo } from '../route';
import { neighbours, readStep, STEP_TITLES, stepState } from '../setup';
import type { Progress } from '../setup';
import { STEPS } from '../steps';
import type { StepName } from '../steps';
import { useStore } from '../store';
import { readTariffs } from '../tariffs';
import type { CarPageProps } from './page';
import { PageHead } from './page';
import { BrokerStep } from './setup_broker';
import { CarStep } from './setup_car';
import { DongleStep } from './setup_dongle';
import { ImportStep } from './setup_import';
import { OdometerStep } from './setup_odometer';
import { PeopleStep } from './setup_people';
import { TariffStep } from './setup_tariff';
import { UnitsStep } from './setup_units';

export interface StepProps extends CarPageProps {
  prefs: Prefs;
}

const BODIES: Readonly<Record<StepName, (props: StepProps) => preact.ComponentChild>> = {
  people: PeopleStep, dongle: DongleStep, car: CarStep, units: UnitsStep, odometer: OdometerStep, tariff: TariffStep, broker: BrokerStep, import: ImportStep,
};

function stepLink(step: StepName, car: string | null): string {
  return linkTo('setup', { step, car });
}

/** The keyboard goes along from step to step: to its heading, after the frame has put it into the page. */
function useStepFocus(step: StepName): { current: HTMLHeadingElement | null } {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(step);
  useEffect(() => {
    if (before.current !== step) {
      before.current = step;
      heading.current?.focus({ preventScroll: true });
    }
  }, [step]);
  return heading;
}

/** What isn't there yet may stay so. */
const MAY_BE_SKIPPED: ReadonlySet<StepName> = new Set(['dongle', 'car', 'odometer', 'tariff', 'broker']);

interface WaysProps {
  step: StepName;
  /** It isn't done. */
  open: boolean;
  car: string | null;
  pass: () => void;
}

function Ways({ step, open, car, pass }: WaysProps) {
  const { before, after } = neighbours(step);
  const skips = open && MAY_BE_SKIPPED.has(step);
  return (
    <nav class="setup__ways" aria-label={t('Steps before and after')}>
      {before ? (
        <a class="button" href={stepLink(before, car)}>
          <Icon name="back" size={18} /> {t('Back')}
        </a>
      ) : null}
      <a class={`button ${skips ? '' : 'button--main'}`} id="next" href={after ? stepLink(after, car) : linkTo('now', { car })} onClick={pass}>
        {after ? (skips ? t('Skip') : t('Next')) : t('To the car')} <Icon name="forth" size={18} />
      </a>
    </nav>
  );
}

export function Setup(props: CarPageProps) {
  const { app, house, car, id, route, linkCar } = props;
  const step = readStep(route.query['step']);
  const prefs = useStore(app.prefs);
  const heading = useStepFocus(step);
  const tariffs = useLoad(app, 'tariffs', readTariffs);
  const progress: Progress = { house, car, tariffs: tariffs.data?.list.length ?? null, passed: prefs.passed, odometerAgrees: prefs.compared.includes(id) };
  const Body = BODIES[step];
  const pass = () => app.prefs.patch({ passed: [...new Set([...prefs.passed, step])] });
  const number = STEPS.indexOf(step) + 1;
  return (
    <>
      <PageHead title={t('Setup')}>
        <p class="meta">{t('Step {n} of {all}', { n: number, all: STEPS.length })}</p>
      </PageHead>
      <div class="setup">
        <StepList step={step} progress={progress} link={(each) => stepLink(each, linkCar)} />
        <section class="card setup__step" aria-labelledby="step-title" id={`step-${step}`} data-state={stepState(step, progress)}>
          <h2 class="setup__title" id="step-title" tabIndex={-1} ref={heading}>
            {STEP_TITLES[step]}
          </h2>
          <Body {...props} prefs={prefs} />
          <Ways step={step} open={stepState(step, progress) !== 'done'} car={linkCar} pass={pass} />
        </section>
      </div>
    </>
  );
}
