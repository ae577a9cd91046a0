/* Switches and small inputs of forms. */
import type { ComponentChildren } from 'preact';

interface SwitchProps {
  id: string;
  label: string;
  on: boolean;
  change: (on: boolean) => void;
}

export function Switch({ id, label, on, change }: SwitchProps) {
  return (
    <label class="switch" for={id}>
      <span>{label}</span>
      <input id={id} type="checkbox" role="switch" checked={on} onChange={(event) => change(event.currentTarget.checked)} />
      <span class="switch__track" aria-hidden="true" />
    </label>
  );
}

interface FieldLineProps {
  id: string;
  label: string;
  problem: string | undefined;
  children: ComponentChildren;
}

export function FieldLine({ id, label, problem, children }: FieldLineProps) {
  return (
    <div class="fieldline">
      <label for={id}>{label}</label>
      {children}
      <p class="form__problem" id={`${id}-problem`}>
        {problem ?? ''}
      </p>
    </div>
  );
}

interface NumberFieldProps {
  id: string;
  label: string;
  unit: string;
  value: number;
  min: number;
  max: number;
  step: number;
  disabled: boolean;
  problem: string | undefined;
  change: (value: number) => void;
}

export function NumberField({ id, label, unit, value, min, max, step, disabled, problem, change }: NumberFieldProps) {
  return (
    <FieldLine id={id} label={`${label} (${unit})`} problem={problem}>
      <input
        id={id}
        type="number"
        inputmode="decimal"
        value={Number.isNaN(value) ? '' : value}
        min={min}
        max={max}
        step={step}
        disabled={disabled}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-problem`}
        onInput={(event) => change(event.currentTarget.valueAsNumber)}
      />
    </FieldLine>
  );
}
