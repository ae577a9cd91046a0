// A name that nobody may learn, looked for in every form in which it could get out.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

// The parts that fit into the frames of an answer to 2181 or 2184 (four characters, then seven each), and one more that fits nowhere.
function parts(name) {
    const pieces = [name.slice(4, 11), name.slice(11, 18), name.slice(0, 8), name.slice(-8)];
    return [...new Set(pieces.filter((piece) => piece.length >= 5))];
}

// Those characters of a base64 text that do not depend on what stands around the piece.
function base64(piece) {
    return [0, 1, 2].map((shift) => {
        const text = Buffer.from("\0".repeat(shift) + piece).toString("base64").replace(/=+$/, "");
        return text.slice(Math.ceil((shift * 4) / 3), Math.floor(((piece.length + shift) * 8) / 6));
    });
}

function formsOf(piece) {
    const bytes = Buffer.from(piece);
    const hex = bytes.toString("hex");
    const spaced = hex.replace(/..(?=.)/g, "$& ");
    const forms = [piece, [...piece].reverse().join(""), piece.toLowerCase(), hex, hex.toUpperCase(), spaced, spaced.toUpperCase(), spaced.replaceAll(" ", ":"),
        spaced.replaceAll(" ", "\r\n"), [...bytes].join(","), [...bytes].join(", "), bytes.swap16 && Buffer.from(piece, "utf16le").toString("latin1")];
    return [...forms, ...base64(piece)];
}

export function formsOfAll(names) {
    return [...new Set(names.flatMap(parts).flatMap(formsOf))].map((form) => Buffer.from(form, "latin1"));
}

// Every file below the folder, as it lies on the disk: free pages, logs and all.
export function filesBelow(folder) {
    return readdirSync(folder, { recursive: true })
        .map((name) => join(folder, name))
        .filter((path) => statSync(path).isFile())
        .map((path) => [path, readFileSync(path)]);
}

// "where: form" of each hit. `places` are [name, bytes or text].
export function hits(names, places) {
    const forms = formsOfAll(names);
    return places.flatMap(([where, content]) => {
        const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
        return forms.filter((form) => bytes.includes(form)).map((form) => `${where}: ${form.toString("latin1")}`);
    });
}
