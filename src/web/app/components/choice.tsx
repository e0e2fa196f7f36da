import './choice.css';
import { useId } from 'react';

interface ChoiceOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** What it means. */
  readonly meaning: string;
}

interface ChoiceProps<Value extends string> {
  readonly legend: string;
  /** Where what is around it already shows its words. */
  readonly isLegendSpoken?: boolean;
  readonly options: readonly ChoiceOption<Value>[];
  readonly current: Value;
  readonly onChoose: (value: Value) => void;
}

/** One of a few, each with what it means. */
export function Choice<Value extends string>({ legend, isLegendSpoken = false, options, current, onChoose }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset>
      <legend className={isLegendSpoken ? 'only-spoken' : 'choice-legend'}>{legend}</legend>
      <div className="choices">
        {options.map(({ value, label, meaning }) => (
          <label key={value} className="choice">
            <input type="radio" name={name} checked={value === current} onChange={() => onChoose(value)} />
            <span>
              <strong>{label}</strong>
              <span className="muted small">{meaning}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
