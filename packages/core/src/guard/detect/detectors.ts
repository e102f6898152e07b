import type { Detector, Kind } from '../../protocol/finding.ts';
import { findCards } from './find-cards.ts';
import { findEmails } from './find-emails.ts';
import { findIbans } from './find-ibans.ts';
import { findIps } from './find-ips.ts';
import { nationalIds } from './find-national-ids.ts';
import { findPhones } from './find-phones.ts';
import { findSecrets } from './find-secrets.ts';

const others: Readonly<Partial<Record<Kind, Detector>>> = {
  email: findEmails,
  phone: findPhones,
  card: findCards,
  iban: findIbans,
  ip: findIps,
  secret: findSecrets,
};

export function detectorOf(kind: Kind): Detector {
  return others[kind] ?? nationalIds[kind] ?? none;
}

const none: Detector = () => [];
