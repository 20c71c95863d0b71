// Loaded before a program that is measured (node --import): as it ends, it writes to descriptor 3 what it took.
import { readFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** The most memory this program ever had, in bytes. What the kernel counts for a child begins with its parent's, so its own status is asked. */
const peakBytes = () => {
  try {
    return 1_024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return 1_024 * process.resourceUsage().maxRSS;
  }
};

if (isMainThread) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    writeSync(3, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1_000, peakBytes: peakBytes() }));
  });
}
