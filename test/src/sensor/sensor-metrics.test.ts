import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { watchSensors } from "../../../src/sensor/sensor-metrics.ts";

describe("watchSensors", () => {
  it("shows each sensor by its address, as it is when somebody looks", async () => {
    const registry = new Registry();
    const sensor = { name: "unix:/s", isConnected: false, lookUps: 3, unanswered: 2 };
    watchSensors(registry, () => [sensor, { ...sensor, name: "inet:1@h", isConnected: false }]);
    sensor.isConnected = true;
    const text = await registry.metrics();
    expect(text).toContain('spamflow_sensor_connected{sensor="unix:/s"} 1');
    expect(text).toContain('spamflow_sensor_connected{sensor="inet:1@h"} 0');
    expect(text).toContain('spamflow_sensor_lookups_total{sensor="unix:/s"} 3');
    expect(text).toContain('spamflow_sensor_unanswered_total{sensor="unix:/s"} 2');
  });
});
