/** Every fault there is. A new one is added here and nowhere else. */
import { duplicateFacts } from './duplicate-facts.ts';
import type { Fault } from './fault.ts';
import { fillDiskUp } from './fill-disk.ts';
import { killAtFailpoint } from './kill-at-failpoint.ts';
import { killServerMidway } from './kill-server.ts';
import { loseCommitReply } from './lose-commit-reply.ts';
import { loseConnection } from './lose-connection.ts';
import { newerSchema } from './newer-schema.ts';
import { olderSchema } from './older-schema.ts';
import { overlapFacts } from './overlap-facts.ts';
import { permuteFacts } from './permute-facts.ts';
import { poisonInput } from './poison-input.ts';
import { race } from './race.ts';
import { restartServerMidway } from './restart-server.ts';
import { restoreOldBackup } from './restore-old-backup.ts';
import { reviseFacts } from './revise-facts.ts';
import { stepClock } from './step-clock.ts';
import { timeZone } from './time-zone.ts';
import { zombie } from './zombie.ts';

export const FAULTS: readonly Fault[] = [
  killAtFailpoint, killServerMidway, restartServerMidway, loseConnection, loseCommitReply, race, zombie, fillDiskUp, stepClock, timeZone,
  permuteFacts, duplicateFacts, overlapFacts, reviseFacts, poisonInput, restoreOldBackup, olderSchema, newerSchema,
];
