// Made-up LeafSpy logs: the columns of a log of 2018, values of a car that drives or stands.
import { writeFileSync } from "node:fs";

const NAMES = {
    0: "Date/Time", 5: "Gids", 6: "SOC", 7: "AHr", 8: "Pack Volts", 9: "Pack Amps", 10: "Max CP mV", 11: "Min CP mV", 16: "Pack T1 C", 18: "Pack T2 C",
    22: "Pack T4 C", 121: "Hx", 122: "12v Bat Volts", 123: "Odo(km)", 124: "QC", 125: "L1/L2", 131: "SOH", 134: "epoch time", 141: "Plug State",
    142: "Charge Mode", 143: "OBC Out Pwr", 144: "Gear", 148: "Power SW",
};
const COLUMNS = 155;
const nameOf = (i) => NAMES[i] ?? (i >= 23 && i < 119 ? `CP${i - 22}` : `x${i}`);

export const header = Array.from({ length: COLUMNS }, (_, i) => nameOf(i)).join(",");

// `values`: by column name; what is not named is as of a parked car.
export function row(epoch, values) {
    const usual = { "Date/Time": "01/01/2018 00:00:00", "epoch time": epoch, AHr: 560000, "Pack T1 C": 20.5, "Pack T2 C": "none", Hx: 80.5, QC: 3,
        "L1/L2": 700, SOH: 85.25, "12v Bat Volts": 12.9, "Pack Volts": 370.5, "Pack Amps": 0.3, Gear: 1, "Power SW": 1, ...values };
    const cell = () => (usual.cell ?? 3900) * (epoch % 2 ? 1 : -1);
    return Array.from({ length: COLUMNS }, (_, i) => usual[nameOf(i)] ?? (i >= 23 && i < 119 ? cell() : 0)).join(",");
}

// A drive of `count` rows, one each six seconds, a kilometre in ten of them; parked in the first and last twenty. Volts, amps and
// temperatures change with every row, as they do.
export function drive(epoch, { soc = 80, odometer = 10000, count = 400 } = {}) {
    const rows = [];
    for (let i = 0; i < count; i++) {
        const driven = Math.floor(Math.min(Math.max(i - 20, 0), count - 40) / 10);
        const drives = i >= 20 && i < count - 20;
        rows.push(row(epoch + 6 * i, {
            SOC: Math.round((soc - driven * 0.7) * 10000), Gids: Math.round((soc - driven * 0.7) * 2.6), "Odo(km)": odometer + driven,
            Gear: drives ? 4 : 1, "Pack Amps": drives ? (10 + (i % 37) * 1.3).toFixed(3) : 0.3, "Pack Volts": (375 - (i % 37) / 3).toFixed(2),
            "Pack T1 C": (20 + i / 100).toFixed(1), "Max CP mV": 3910 - (i % 11), "Min CP mV": 3890 - (i % 13), cell: 3900 - (i % 10),
        }));
    }
    return rows;
}

export function writeLog(path, rows) {
    writeFileSync(path, `${[header, ...rows].join("\n")}\n`);
}
