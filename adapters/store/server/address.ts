/**
 * Where a store answers: what the driver needs to reach it, embedded or by URL. It never connects, and it never puts
 * a password into words.
 */

/**
 * Embedded: host is the socket folder and appUser the role that logs in as the application. By URL: connectionString is
 * the URL as given and outranks the other fields, which then only serve messages.
 */
export type StoreAddress = Readonly<{
  host: string;
  port: number;
  database: string;
  user: string;
  password?: string;
  appUser?: string;
  connectionString?: string;
}>;

/** The owner makes tables and drops runs; the application only reads and appends. The admin is the embedded superuser. */
export const OWNER_ROLE = 'tb_owner';
export const APP_ROLE = 'tb_app';
export const ADMIN_ROLE = 'tb_admin';
export const EMBEDDED_DATABASE = 'tb';

/** The port names the socket file only: an embedded server listens on no network. */
export const SOCKET_PORT = 5432;
export const SOCKET_NAME = `.s.PGSQL.${SOCKET_PORT}`;

export const embeddedAddress = (socketFolder: string): StoreAddress => ({
  host: socketFolder,
  port: SOCKET_PORT,
  database: EMBEDDED_DATABASE,
  user: OWNER_ROLE,
  appUser: APP_ROLE,
});

/** For messages: host, port and database, never the password. */
export const describeAddress = (address: StoreAddress): string =>
  address.host.startsWith('/')
    ? `store ${address.database} at ${address.host}`
    : `store ${address.host}:${address.port}/${address.database}`;
