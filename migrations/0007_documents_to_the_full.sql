CREATE TABLE `shipments` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`order_id` text NOT NULL,
	`external_id` text NOT NULL,
	`carrier` text DEFAULT '' NOT NULL,
	`tracking_number` text DEFAULT '' NOT NULL,
	`tracking_url` text DEFAULT '' NOT NULL,
	`shipped_on` text,
	`expected_on` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`source_updated_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`order_id`) REFERENCES `orders`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "shipments_tracking_url" CHECK("shipments"."tracking_url" = '' OR "shipments"."tracking_url" GLOB 'http://*' OR "shipments"."tracking_url" GLOB 'https://*'),
	CONSTRAINT "shipments_shipped_on" CHECK("shipments"."shipped_on" IS NULL OR "shipments"."shipped_on" = date("shipments"."shipped_on")),
	CONSTRAINT "shipments_expected_on" CHECK("shipments"."expected_on" IS NULL OR "shipments"."expected_on" = date("shipments"."expected_on"))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `shipments_external_id` ON `shipments` (`tenant_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `shipments_order` ON `shipments` (`tenant_id`,`order_id`,`shipped_on`,`id`);--> statement-breakpoint
CREATE TABLE `credit_note_lines` (
	`tenant_id` text NOT NULL,
	`credit_note_id` text NOT NULL,
	`position` integer NOT NULL,
	`sku` text DEFAULT '' NOT NULL,
	`description` text NOT NULL,
	`quantity` integer NOT NULL,
	`unit_price` integer NOT NULL,
	`tax_rate` integer DEFAULT 0 NOT NULL,
	`line_total` integer NOT NULL,
	`search_text` text,
	PRIMARY KEY(`tenant_id`, `credit_note_id`, `position`),
	FOREIGN KEY (`tenant_id`,`credit_note_id`) REFERENCES `credit_notes`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `clients` ADD `source_updated_at` integer;--> statement-breakpoint
ALTER TABLE `import_files` ADD `delimiter` text DEFAULT ',' NOT NULL;--> statement-breakpoint
ALTER TABLE `import_lines` ADD `search_text` text;--> statement-breakpoint
ALTER TABLE `invoice_lines` ADD `search_text` text;--> statement-breakpoint
ALTER TABLE `invoices` ADD `po_number` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `invoices` ADD `search_text` text;--> statement-breakpoint
ALTER TABLE `invoices` ADD `pdf_hash` text;--> statement-breakpoint
ALTER TABLE `invoices` ADD `source_updated_at` integer;--> statement-breakpoint
CREATE INDEX `invoices_number` ON `invoices` (`tenant_id`,`number`);--> statement-breakpoint
CREATE INDEX `invoices_overpaid` ON `invoices` (`tenant_id`,`client_id`,`issue_date`,`id`) WHERE credit > 0;--> statement-breakpoint
ALTER TABLE `order_lines` ADD `search_text` text;--> statement-breakpoint
ALTER TABLE `orders` ADD `po_number` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `orders` ADD `search_text` text;--> statement-breakpoint
ALTER TABLE `orders` ADD `source_updated_at` integer;--> statement-breakpoint
CREATE INDEX `orders_status` ON `orders` (`tenant_id`,`client_id`,`status`,`order_date`,`id`);--> statement-breakpoint
ALTER TABLE `credit_notes` ADD `search_text` text;--> statement-breakpoint
ALTER TABLE `credit_notes` ADD `source_updated_at` integer;--> statement-breakpoint
CREATE INDEX `credit_notes_unapplied` ON `credit_notes` (`tenant_id`,`client_id`,`issue_date`,`id`) WHERE invoice_id IS NULL;--> statement-breakpoint
ALTER TABLE `payments` ADD `source_updated_at` integer;--> statement-breakpoint
CREATE INDEX `payments_on_account` ON `payments` (`tenant_id`,`client_id`,`paid_on`,`id`) WHERE invoice_id IS NULL;
