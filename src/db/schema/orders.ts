import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { clients } from './clients.ts'
import { day, instant, isCurrency, isDay, isOneOf, money, searchText, sourceUpdatedAt } from './columns.ts'

export const ORDER_STATUSES = ['draft', 'confirmed', 'shipped', 'delivered', 'cancelled'] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

export const orders = sqliteTable(
  'orders',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    clientId: text('client_id').notNull(),
    externalId: text('external_id').notNull(),
    number: text('number').notNull(),
    /** The client's own number for it: its purchase order. */
    poNumber: text('po_number').notNull().default(''),
    searchText: searchText(),
    orderDate: day('order_date').notNull(),
    /** Where they are known. */
    shippedOn: day('shipped_on'),
    deliveredOn: day('delivered_on'),
    status: text('status', { enum: ORDER_STATUSES }).notNull(),
    currency: text('currency').notNull(),
    total: money('total').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    sourceUpdatedAt: sourceUpdatedAt(),
    /** The day from which the time to return its goods counts. */
    returnableFrom: day('returnable_from').notNull().generatedAlwaysAs(sql`coalesce(shipped_on, order_date)`, { mode: 'virtual' }),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.clientId], foreignColumns: [clients.tenantId, clients.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    uniqueIndex('orders_external_id').on(t.tenantId, t.externalId),
    index('orders_client').on(t.tenantId, t.clientId, t.orderDate, t.id),
    index('orders_status').on(t.tenantId, t.clientId, t.status, t.orderDate, t.id),
    // Last order date: the newest that counts, found without stepping over cancelled ones.
    index('orders_placed').on(t.tenantId, t.clientId, t.orderDate, t.id).where(sql`status NOT IN ('draft', 'cancelled')`),
    index('orders_returnable').on(t.tenantId, t.clientId, t.returnableFrom, t.id).where(sql`status IN ('shipped', 'delivered')`),
    check('orders_status', isOneOf(t.status, ORDER_STATUSES)),
    check('orders_currency', isCurrency(t.currency)),
    check('orders_order_date', isDay(t.orderDate)),
    check('orders_shipped_on', isDay(t.shippedOn)),
    check('orders_delivered_on', isDay(t.deliveredOn)),
  ],
)

export const orderLines = sqliteTable(
  'order_lines',
  {
    tenantId: text('tenant_id').notNull(),
    orderId: text('order_id').notNull(),
    position: integer('position').notNull(),
    sku: text('sku').notNull().default(''),
    description: text('description').notNull(),
    /** In 1/10,000. */
    quantity: integer('quantity').notNull(),
    unitPrice: money('unit_price').notNull(),
    /** In 1/1,000 %. */
    discount: integer('discount').notNull().default(0),
    lineTotal: money('line_total').notNull(),
    searchText: searchText(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.orderId, t.position] }),
    foreignKey({ columns: [t.tenantId, t.orderId], foreignColumns: [orders.tenantId, orders.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
  ],
)

/** Goods of an order on their way. An order that goes out in parts has several. */
export const shipments = sqliteTable(
  'shipments',
  {
    tenantId: text('tenant_id').notNull(),
    id: text('id').notNull(),
    orderId: text('order_id').notNull(),
    externalId: text('external_id').notNull(),
    carrier: text('carrier').notNull().default(''),
    trackingNumber: text('tracking_number').notNull().default(''),
    /** Where the carrier tells how far it is: http or https. */
    trackingUrl: text('tracking_url').notNull().default(''),
    shippedOn: day('shipped_on'),
    expectedOn: day('expected_on'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    sourceUpdatedAt: sourceUpdatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    foreignKey({ columns: [t.tenantId, t.orderId], foreignColumns: [orders.tenantId, orders.id] })
      .onDelete('restrict')
      .onUpdate('restrict'),
    uniqueIndex('shipments_external_id').on(t.tenantId, t.externalId),
    index('shipments_order').on(t.tenantId, t.orderId, t.shippedOn, t.id),
    check('shipments_tracking_url', sql`${t.trackingUrl} = '' OR ${t.trackingUrl} GLOB 'http://*' OR ${t.trackingUrl} GLOB 'https://*'`),
    check('shipments_shipped_on', isDay(t.shippedOn)),
    check('shipments_expected_on', isDay(t.expectedOn)),
  ],
)
