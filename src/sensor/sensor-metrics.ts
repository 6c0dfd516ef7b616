import { Gauge, type Registry } from "prom-client";

/** What is told of one sensor. */
export interface SensorCounts {
  readonly name: string;
  readonly isConnected: boolean;
  readonly lookUps: number;
  readonly unanswered: number;
}

const METRICS: readonly (readonly [
  name: string,
  help: string,
  of: (sensor: SensorCounts) => number,
])[] = [
  [
    "spamflow_sensor_connected",
    "1 while the sensor is there",
    (sensor) => Number(sensor.isConnected),
  ],
  ["spamflow_sensor_lookups_total", "Flows asked of the sensor", (sensor) => sensor.lookUps],
  [
    "spamflow_sensor_unanswered_total",
    "Look-ups without an answer: the sensor was gone or too slow",
    (sensor) => sensor.unanswered,
  ],
];

/** Has `registry` show the sensors, each by its address. */
export function watchSensors(registry: Registry, sensors: () => readonly SensorCounts[]): void {
  for (const [name, help, of] of METRICS) {
    const gauge: Gauge<"sensor"> = new Gauge({
      name,
      help,
      labelNames: ["sensor"],
      registers: [registry],
      collect: () => {
        for (const sensor of sensors()) gauge.set({ sensor: sensor.name }, of(sensor));
      },
    });
  }
}
