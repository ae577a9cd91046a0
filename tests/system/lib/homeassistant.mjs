// A client that behaves like Home Assistant's MQTT integration, as far as GUIDE tells: it reads device discovery messages with
// the same strictness, subscribes, renders the templates we use, follows availability, removes what it is told to remove,
// and is born. What Home Assistant would log or drop silently stands in `trouble`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MqttClient } from "./mqtt_client.mjs";
import { top } from "./process.mjs";

export const facts = JSON.parse(readFileSync(join(top, "tests/unit/homeassistant.json"), "utf8"));

const ROOT = new Set(["device", "origin", "components", ...facts.shared_device_options]);
const UPDATE_SPACING_MS = 1000;
const FLAG = /^\{\{ \{true:'ON', false:'OFF'\}\.get\(value_json\.(\w+), 'None'\) \}\}$/;
const VALUE = /^\{\{ value_json\.(\w+) \}\}$/;
const OR_EMPTY = /^\{\{ value_json\.(\w+) or '' \}\}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/;

// The three shapes of template that garaged uses; another one throws.
export function render(template, payload) {
    if (template === undefined) return payload;
    const json = JSON.parse(payload);
    const shape = [FLAG, VALUE, OR_EMPTY].find((each) => each.test(template));
    if (!shape) throw new Error(`template ${template}`);
    const field = shape.exec(template)[1];
    if (!(field in json)) throw new Error(`'dict object' has no attribute '${field}'`);
    const value = json[field];
    if (shape === FLAG) return value === true ? "ON" : value === false ? "OFF" : "None";
    if (shape === OR_EMPTY) return value ? String(value) : "";
    return value === null ? "None" : String(value);
}

class Entity {
    constructor(home, key, config, root) {
        Object.assign(this, { home, key, config, state: "unknown", history: [], available: new Map(), attributes: null });
        this.places = config.availability ?? root.availability ?? [];
    }

    complain(what) {
        this.home.trouble.push(`${this.config.unique_id}: ${what}`);
    }

    // What the user sees.
    get shown() {
        const said = this.places.map(({ topic }) => this.available.get(topic) ?? false);
        const isThere = said.length === 0 || (this.config.availability_mode === "all" ? said.every(Boolean) : said.at(-1));
        return isThere ? this.state : "unavailable";
    }

    topics() {
        const { state_topic: state, json_attributes_topic: attributes } = this.config;
        return [...new Set([...this.places.map(({ topic }) => topic), state, attributes].filter(Boolean))];
    }

    hear(topic, payload, isRetained) {
        if (this.places.some((place) => place.topic === topic) && (payload === "online" || payload === "offline"))
            this.available.set(topic, payload === "online");
        try {
            if (topic === this.config.json_attributes_topic) this.attributes = JSON.parse(payload);
            if (topic === this.config.state_topic) this.hearState(payload, isRetained);
        } catch (error) {
            this.complain(`${error.message} in ${payload.slice(0, 80)}`);
        }
    }

    hearState(payload, isRetained) {
        if (payload === "") return;
        const next = this[this.config.platform](payload, isRetained);
        if (next === undefined || next === this.state) return;
        this.checkCounter(next);
        this.state = next;
        this.history.push(next);
    }

    checkCounter(next) {
        if (this.config.state_class !== "total_increasing" || next === "unknown") return;
        const last = this.history.findLast((each) => each !== "unknown");
        if (last !== undefined && Number(next) < Number(last)) this.complain(`fell from ${last} to ${next}`);
    }

    sensor(payload) {
        const text = render(this.config.value_template, payload);
        const { device_class: kind, options, unit_of_measurement: unit, state_class: counts, suggested_display_precision: precision } = this.config;
        if (this.config.last_reset_value_template) this.checkReset(render(this.config.last_reset_value_template, payload));
        if (text === "None") return "unknown";
        if (kind === "timestamp" && !TIME.test(text)) throw new Error(`no time: ${text}`);
        if (options && !options.includes(text)) throw new Error(`not an option: ${text}`);
        const isNumeric = unit !== undefined || counts !== undefined || precision !== undefined || (kind && !facts.sensor.non_numeric.includes(kind));
        if (isNumeric && !/^-?\d+(\.\d+)?(e-?\d+)?$/.test(text)) throw new Error(`no number: ${text}`);
        return text;
    }

    checkReset(text) {
        if (text !== "" && !TIME.test(text)) throw new Error(`last_reset: ${text}`);
    }

    binary_sensor(payload) {
        const { payload_on: on = "ON", payload_off: off = "OFF" } = this.config;
        const text = render(this.config.value_template, payload);
        if (text === "None") return "unknown";
        if (text !== on && text !== off) throw new Error(`no state: ${text}`);
        return text === on ? "on" : "off";
    }

    device_tracker(payload) {
        const { payload_home: home = "home", payload_not_home: away = "not_home", payload_reset: reset = "None" } = this.config;
        return { [home]: "home", [away]: "not_home", [reset]: "unknown" }[payload] ?? payload;
    }

    event(payload, isRetained) {
        if (isRetained) return undefined;
        const { event_type: kind, ...attributes } = JSON.parse(payload);
        if (!this.config.event_types.includes(kind)) throw new Error(`event_type ${kind}`);
        this.attributes = attributes;
        this.history.push(kind);
        return undefined;
    }
}

export class HomeAssistant {
    constructor(port) {
        this.port = port;
        this.trouble = [];
        this.messages = []; // [topic, payload, isRetained, ms] of all that came
        this.configs = new Map(); // topic -> { text, ms }
        this.entities = new Map(); // unique_id -> Entity
    }

    async start() {
        const will = { topic: "homeassistant/status", payload: "offline" };
        this.client = new MqttClient(this.port, (...message) => this.hear(...message), { will });
        await this.client.connect();
        await this.client.subscribe("homeassistant/device/+/config");
        return this;
    }

    // Some seconds after the last discovery, in the real one.
    beBorn() {
        return this.client.publish("homeassistant/status", "online");
    }

    // What the user interface does when one entity is deleted.
    deleteDevice(topic) {
        return this.client.publish(topic, "", { retain: true });
    }

    stop() {
        this.client?.close();
    }

    // The state that is shown of a component of a car, undefined when there is none.
    shown(key, car = "leaf") {
        return this.entities.get(`garaged_${car}_${key}`)?.shown;
    }

    entity(key, car = "leaf") {
        return this.entities.get(`garaged_${car}_${key}`);
    }

    keys(car = "leaf") {
        return [...this.entities.keys()].filter((id) => id.startsWith(`garaged_${car}_`)).map((id) => id.slice(`garaged_${car}_`.length)).sort();
    }

    hear(topic, payload, isRetained) {
        this.messages.push([topic, payload, isRetained, Date.now()]);
        if (topic.startsWith("homeassistant/device/")) this.discover(topic, payload);
        for (const entity of this.entities.values()) if (entity.topics().includes(topic)) entity.hear(topic, payload, isRetained);
    }

    discover(topic, payload) {
        const before = this.configs.get(topic);
        if (before?.text === payload) return;
        if (before && before.text !== "" && payload !== "" && Date.now() - before.ms < UPDATE_SPACING_MS)
            this.trouble.push(`${topic}: the rest of a message that comes so soon after another is dropped`);
        this.configs.set(topic, { text: payload, ms: Date.now() });
        if (payload === "") this.removeDevice(topic);
        else this.addDevice(topic, payload);
    }

    removeDevice(topic) {
        for (const [id, entity] of this.entities) if (entity.topic === topic) this.entities.delete(id);
    }

    addDevice(topic, payload) {
        let message;
        try {
            message = JSON.parse(payload);
            checkRoot(message);
        } catch (error) {
            this.trouble.push(`${topic} is refused: ${error.message}`);
            return;
        }
        for (const [key, config] of Object.entries(message.components)) this.addComponent(topic, key, config, message);
    }

    // A component that is missing from a later message stays; one of a platform alone is removed.
    addComponent(topic, key, config, message) {
        const known = [...this.entities.values()].find((each) => each.topic === topic && each.key === key);
        if (Object.keys(config).length === 1) {
            if (known) this.entities.delete(known.config.unique_id);
            return;
        }
        try {
            checkComponent(key, config);
        } catch (error) {
            this.trouble.push(`${key} is refused: ${error.message}`);
            return;
        }
        if (known) {
            known.config = config;
            return;
        }
        const entity = new Entity(this, key, config, message);
        entity.topic = topic;
        if (this.entities.has(config.unique_id)) this.trouble.push(`${config.unique_id} is there twice`);
        this.entities.set(config.unique_id, entity);
        for (const each of entity.topics()) void this.client.subscribe(each);
    }
}

function checkRoot(message) {
    for (const key of Object.keys(message)) if (!ROOT.has(key)) throw new Error(`extra keys not allowed @ data['${key}']`);
    if (!message.device?.identifiers?.length) throw new Error("a device has identifiers");
    for (const key of ["name", "manufacturer", "model", "sw_version"]) if (!message.device[key]) throw new Error(`no ${key}`);
    if (!message.origin?.name) throw new Error("origin has a name");
    if (typeof message.components !== "object") throw new Error("no components");
}

// What Home Assistant would refuse, and what it would drop without a word.
export function checkComponent(key, config) {
    const platform = facts.platforms[config.platform];
    if (!platform) throw new Error(`platform ${config.platform}`);
    if (!/^[a-z0-9_]+$/.test(key)) throw new Error("key");
    for (const option of Object.keys(config)) if (option !== "platform" && !platform.options.includes(option)) throw new Error(`option ${option} is dropped`);
    for (const option of platform.required) if (!(option in config)) throw new Error(`required key not provided: ${option}`);
    for (const option of facts.removed_options) if (option in config) throw new Error(`${option} is gone`);
    if (!config.unique_id) throw new Error("no unique_id");
    if (!config.default_entity_id?.startsWith(`${config.platform}.`)) throw new Error("default_entity_id");
    if (config.entity_category && !facts.entity_category.includes(config.entity_category)) throw new Error("entity_category");
    if (config.platform === "sensor") checkSensor(config);
    if (config.platform === "binary_sensor" && !facts.binary_sensor.device_classes.includes(config.device_class)) throw new Error(`class ${config.device_class}`);
}

function checkSensor({ device_class: kind, unit_of_measurement: unit, state_class: counts, last_reset_value_template: reset, entity_category: category }) {
    if (category === "config") throw new Error("a sensor of category config is not added at all");
    if (reset && counts !== "total") throw new Error("last_reset_value_template without total");
    if (!kind) return;
    const states = facts.sensor.state_classes_of[kind];
    if (!states) throw new Error(`class ${kind}`);
    if (counts && !states.includes(counts)) throw new Error(`${counts} with ${kind}`);
    const units = facts.sensor.units[kind];
    if (units ? !units.includes(unit) : unit !== undefined) throw new Error(`unit ${unit} with ${kind}`);
}
