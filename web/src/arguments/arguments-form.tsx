import { useId, useState } from "react";
import type { Json, JsonMembers } from "../api/types.ts";
import { hasUnseen } from "../format/unseen.ts";
import { Button } from "../parts/button.tsx";
import { SeenText } from "../parts/seen-text.tsx";
import type { Field } from "./json-schema.ts";
import { isMembers, readFields } from "./json-schema.ts";

interface ArgumentsFormProps {
  readonly schema: JsonMembers | null;
  readonly value: JsonMembers;
  readonly onChange: (value: JsonMembers) => void;
  /** Told of what cannot be sent as it stands; null where everything can. */
  readonly onProblem: (name: string, problem: string | null) => void;
}

/** A form made from a tool's JSON Schema: a field of the right kind for each argument. */
export function ArgumentsForm({ schema, value, onChange, onProblem }: ArgumentsFormProps) {
  // The fields are those of the value that the form began with, so that none changes its kind while one types.
  const [fields] = useState(() => readFields(schema, value));
  if (fields.length === 0) return <p className="text-ink-2">There are no arguments.</p>;
  return <Fields fields={fields} value={value} onChange={onChange} onProblem={onProblem} prefix="" />;
}

interface FieldsProps extends Omit<ArgumentsFormProps, "schema"> {
  readonly fields: readonly Field[];
  readonly prefix: string;
}

function Fields({ fields, value, onChange, onProblem, prefix }: FieldsProps) {
  return (
    <div className="space-y-4">
      {fields.map((field) => (
        <FieldRow
          key={field.name}
          field={field}
          path={prefix + field.name}
          value={value[field.name]}
          onChange={(next) => {
            const { [field.name]: _before, ...others } = value;
            if (next === undefined) onChange(others);
            // Keeps the order of the members, so that the difference shows only what was changed.
            else
              onChange(
                field.name in value ? { ...value, [field.name]: next } : { ...others, [field.name]: next },
              );
          }}
          onProblem={onProblem}
        />
      ))}
    </div>
  );
}

interface FieldRowProps {
  readonly field: Field;
  readonly path: string;
  readonly value: Json | undefined;
  readonly onChange: (value: Json | undefined) => void;
  readonly onProblem: (name: string, problem: string | null) => void;
}

function FieldRow({ field, path, value, onChange, onProblem }: FieldRowProps) {
  const id = useId();
  const { type } = field;
  if (type.kind === "members") {
    return (
      <fieldset className="rounded-md border border-line p-3">
        <legend className="px-1 font-mono text-small font-medium">{field.name}</legend>
        <Fields
          fields={type.fields}
          value={isMembers(value) ? value : {}}
          onChange={onChange}
          onProblem={onProblem}
          prefix={`${path}.`}
        />
      </fieldset>
    );
  }
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-mono text-small font-medium">
        <SeenText text={field.name} />
        {field.isRequired ? null : <span className="font-sans font-normal text-ink-3"> optional</span>}
      </label>
      <Control id={id} field={field} path={path} value={value} onChange={onChange} onProblem={onProblem} />
      {field.description === null ? null : (
        <p id={`${id}-help`} className="mt-1 text-small text-ink-2">
          {field.description}
        </p>
      )}
      {typeof value === "string" && hasUnseen(value) ? (
        <p className="mt-1 text-small text-bad">
          Something in it cannot be seen: <SeenText text={value} />
        </p>
      ) : null}
    </div>
  );
}

interface ControlProps extends FieldRowProps {
  readonly id: string;
}

function Control({ id, field, path, value, onChange, onProblem }: ControlProps) {
  const { type } = field;
  const described = field.description === null ? undefined : `${id}-help`;
  switch (type.kind) {
    case "text": {
      const text = typeof value === "string" ? value : "";
      const change = (next: string) => onChange(next === "" && !field.isRequired ? undefined : next);
      return type.isLong ? (
        <textarea
          id={id}
          aria-describedby={described}
          rows={Math.min(12, text.split("\n").length + 2)}
          value={text}
          onChange={(event) => change(event.target.value)}
          className="field font-mono text-small"
        />
      ) : (
        <input
          id={id}
          aria-describedby={described}
          value={text}
          onChange={(event) => change(event.target.value)}
          className="field"
        />
      );
    }
    case "number":
      return (
        <ParsedControl
          id={id}
          described={described}
          path={path}
          isLong={false}
          value={value}
          isRequired={field.isRequired}
          onChange={onChange}
          onProblem={onProblem}
          parse={(text) => {
            const number = Number(text);
            if (text.trim() === "" || !Number.isFinite(number)) return { problem: "a number is expected" };
            if (type.isWhole && !Number.isInteger(number)) return { problem: "a whole number is expected" };
            if (type.least !== undefined && number < type.least) return { problem: `at least ${type.least}` };
            if (type.most !== undefined && number > type.most) return { problem: `at most ${type.most}` };
            return { value: number };
          }}
        />
      );
    case "boolean":
      return (
        <select
          id={id}
          aria-describedby={described}
          value={value === undefined ? "" : String(value)}
          onChange={(event) =>
            onChange(event.target.value === "" ? undefined : event.target.value === "true")
          }
          className="field"
        >
          {field.isRequired ? null : <option value="">not set</option>}
          <option value="true">true</option>
          <option value="false">false</option>
        </select>
      );
    case "choice":
      return (
        <select
          id={id}
          aria-describedby={described}
          value={value === undefined ? "" : String(value)}
          onChange={(event) => onChange(type.choices.find((choice) => String(choice) === event.target.value))}
          className="field"
        >
          {value === undefined || !field.isRequired ? <option value="">not set</option> : null}
          {type.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      );
    case "texts":
      return (
        <TextsControl
          id={id}
          value={Array.isArray(value) ? (value as readonly string[]) : []}
          onChange={onChange}
        />
      );
    default:
      return (
        <ParsedControl
          id={id}
          described={described}
          path={path}
          isLong={true}
          value={value}
          isRequired={field.isRequired}
          onChange={onChange}
          onProblem={onProblem}
          parse={(text) => {
            try {
              return { value: JSON.parse(text) as Json };
            } catch {
              return { problem: "JSON is expected" };
            }
          }}
        />
      );
  }
}

interface ParsedControlProps extends Omit<FieldRowProps, "field"> {
  readonly id: string;
  readonly described: string | undefined;
  readonly isLong: boolean;
  readonly isRequired: boolean;
  readonly parse: (text: string) => { readonly value: Json } | { readonly problem: string };
}

/** Text that has to be read as something else; what cannot be is kept as typed, and said. */
function ParsedControl(props: ParsedControlProps) {
  const { id, described, path, isLong, isRequired, value, onChange, onProblem, parse } = props;
  const [text, setText] = useState(() =>
    value === undefined ? "" : isLong ? JSON.stringify(value, null, 2) : String(value),
  );
  const [problem, setProblem] = useState<string | null>(null);
  const change = (next: string) => {
    setText(next);
    const isAbsent = next.trim() === "" && !isRequired;
    const result = isAbsent ? { value: undefined } : parse(next);
    const found = "problem" in result ? result.problem : null;
    setProblem(found);
    onProblem(path, found);
    if (!("problem" in result)) onChange(result.value);
  };
  const shared = {
    id,
    value: text,
    "aria-describedby": problem === null ? described : `${id}-problem`,
    "aria-invalid": problem !== null,
  };
  return (
    <>
      {isLong ? (
        <textarea
          {...shared}
          rows={Math.min(16, text.split("\n").length + 1)}
          onChange={(event) => change(event.target.value)}
          className="field font-mono text-small"
        />
      ) : (
        <input
          {...shared}
          inputMode="decimal"
          onChange={(event) => change(event.target.value)}
          className="field max-w-56 font-mono"
        />
      )}
      {problem === null ? null : (
        <p id={`${id}-problem`} className="mt-1 text-small text-bad">
          {problem}
        </p>
      )}
    </>
  );
}

interface TextsControlProps {
  readonly id: string;
  readonly value: readonly string[];
  readonly onChange: (value: Json) => void;
}

function TextsControl({ id, value, onChange }: TextsControlProps) {
  return (
    <ul className="space-y-2">
      {value.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an item has no other name than its place.
        <li key={index} className="flex gap-2">
          <input
            id={index === 0 ? id : undefined}
            aria-label={`item ${index + 1}`}
            value={text}
            onChange={(event) => onChange(value.with(index, event.target.value))}
            className="field"
          />
          <Button look="bare" onClick={() => onChange(value.toSpliced(index, 1))}>
            Remove
          </Button>
        </li>
      ))}
      <li>
        <Button id={value.length === 0 ? id : undefined} onClick={() => onChange([...value, ""])}>
          Add
        </Button>
      </li>
    </ul>
  );
}
