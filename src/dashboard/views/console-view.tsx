/** @jsxImportSource hono/jsx */
import type { JSX } from "hono/jsx/jsx-runtime";
import type { NodePlaces } from "../cluster-view.ts";
import { ENTRY_KINDS } from "../wire.ts";

/** The view with the live events, and the form that sends one. */
export function ConsoleView({ everywhere }: Pick<NodePlaces, "everywhere">): JSX.Element {
  return (
    <section id="view-console" class="view" aria-labelledby="console-title" hidden>
      <div class="console-columns">
        <div class="card">
          <div class="card-head">
            <h1 id="console-title">
              Live events <span class="muted" data-scope>{everywhere}</span>
            </h1>
            <div class="actions">
              <button type="button" id="pause" aria-pressed="false">Pause</button>
              <button type="button" id="clear">Clear</button>
            </div>
          </div>
          <fieldset class="kinds">
            <legend class="hidden-label">Show only these kinds</legend>
            {ENTRY_KINDS.map((kind) => (
              <label class="chip" data-kind={kind}>
                <input type="checkbox" value={kind} checked />
                {kind.replace("-", " ").replace("api", "API")}
              </label>
            ))}
          </fieldset>
          <label class="hidden-label" for="filter">Filter by channel, event or connection</label>
          <input
            id="filter"
            type="search"
            placeholder="Channel, event or connection"
            autocomplete="off"
            spellcheck={false}
          />
          <p class="notice" id="console-note" role="status" hidden></p>
          <ol class="entries" id="entries" aria-label="Events, the newest first" tabindex={0}></ol>
          <p class="empty" id="entries-empty">
            Nothing has happened yet. Subscribe to a channel in your application, or send an event from here.
          </p>
        </div>
        <TriggerForm />
      </div>
    </section>
  );
}

function TriggerForm(): JSX.Element {
  return (
    <form class="card trigger" id="trigger" autocomplete="off">
      <h2>Send an event</h2>
      <TriggerField name="channel" label="Channel" placeholder="orders" />
      <TriggerField name="name" label="Event" placeholder="App\Events\OrderShipped" />
      <label for="trigger-data">Data</label>
      <textarea id="trigger-data" name="data" rows={6} required spellcheck={false}>{'{"id": 1}'}</textarea>
      <p class="hint">
        The data is sent unchanged. Laravel sends JSON, and Echo listens to the class name with a dot before
        it: <code>.listen('.App\\Events\\OrderShipped')</code>.
      </p>
      <button type="submit" class="primary">Send</button>
      <p class="notice" id="trigger-note" role="status" hidden></p>
    </form>
  );
}

interface TriggerFieldProps {
  readonly name: string;
  readonly label: string;
  readonly placeholder: string;
}

function TriggerField({ name, label, placeholder }: TriggerFieldProps): JSX.Element {
  return (
    <>
      <label for={`trigger-${name}`}>{label}</label>
      <input
        id={`trigger-${name}`}
        name={name}
        required
        spellcheck={false}
        autocapitalize="none"
        placeholder={placeholder}
      />
    </>
  );
}
