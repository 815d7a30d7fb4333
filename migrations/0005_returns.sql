CREATE TABLE `return_requests` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`client_id` text NOT NULL,
	`serial` integer NOT NULL,
	`number` text NOT NULL,
	`state` text NOT NULL,
	`portal_user_id` text NOT NULL,
	`note` text DEFAULT '' NOT NULL,
	`outcome` text,
	`credit_note` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`client_id`) REFERENCES `clients`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`tenant_id`,`portal_user_id`) REFERENCES `portal_users`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "return_requests_state_known" CHECK("state" IN ('submitted', 'needs-information', 'approved', 'partly-approved', 'received', 'closed', 'rejected', 'withdrawn')),
	CONSTRAINT "return_requests_outcome" CHECK("outcome" IS NULL OR "outcome" IN ('credit', 'replacement', 'repair', 'nothing')),
	CONSTRAINT "return_requests_closed" CHECK(("state" = 'closed') = ("outcome" IS NOT NULL)),
	CONSTRAINT "return_requests_number" CHECK("number" = printf('RET-%06d', "serial"))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `return_requests_serial` ON `return_requests` (`tenant_id`,`serial`);
--> statement-breakpoint
CREATE INDEX `return_requests_created` ON `return_requests` (`tenant_id`,`created_at`,`id`);
--> statement-breakpoint
CREATE INDEX `return_requests_state` ON `return_requests` (`tenant_id`,`state`,`created_at`,`id`);
--> statement-breakpoint
CREATE INDEX `return_requests_client` ON `return_requests` (`tenant_id`,`client_id`,`created_at`,`id`);
--> statement-breakpoint
CREATE TABLE `return_lines` (
	`tenant_id` text NOT NULL,
	`return_id` text NOT NULL,
	`order_id` text NOT NULL,
	`position` integer NOT NULL,
	`sku` text NOT NULL,
	`description` text NOT NULL,
	`reason` text NOT NULL,
	`quantity` integer NOT NULL,
	`approved` integer,
	`received` integer,
	`condition` text,
	PRIMARY KEY(`tenant_id`, `return_id`, `order_id`, `position`),
	FOREIGN KEY (`tenant_id`,`return_id`) REFERENCES `return_requests`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`tenant_id`,`order_id`) REFERENCES `orders`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "return_lines_quantity" CHECK("quantity" > 0),
	CONSTRAINT "return_lines_approved" CHECK("approved" IS NULL OR "approved" BETWEEN 0 AND "quantity"),
	CONSTRAINT "return_lines_received" CHECK("received" IS NULL OR "received" >= 0),
	CONSTRAINT "return_lines_condition" CHECK("condition" IS NULL OR "condition" IN ('as-new', 'opened', 'damaged', 'incomplete'))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `return_lines_order` ON `return_lines` (`tenant_id`,`order_id`,`position`);
--> statement-breakpoint
CREATE TABLE `return_photos` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`client_id` text NOT NULL,
	`return_id` text NOT NULL,
	`portal_user_id` text NOT NULL,
	`width` integer NOT NULL,
	`height` integer NOT NULL,
	`created_at` integer NOT NULL,
	`sent_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`client_id`) REFERENCES `clients`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict
) STRICT;
--> statement-breakpoint
CREATE INDEX `return_photos_return` ON `return_photos` (`tenant_id`,`return_id`,`created_at`,`id`);
--> statement-breakpoint
CREATE INDEX `return_photos_unsent` ON `return_photos` (`tenant_id`,`client_id`,`created_at`) WHERE sent_at IS NULL;
--> statement-breakpoint
ALTER TABLE `orders` ADD `shipped_on` text CONSTRAINT "orders_shipped_on" CHECK("shipped_on" IS NULL OR "shipped_on" = date("shipped_on"));
--> statement-breakpoint
ALTER TABLE `orders` ADD `delivered_on` text CONSTRAINT "orders_delivered_on" CHECK("delivered_on" IS NULL OR "delivered_on" = date("delivered_on"));
--> statement-breakpoint
ALTER TABLE `orders` ADD `returnable_from` text GENERATED ALWAYS AS (coalesce(shipped_on, order_date)) VIRTUAL NOT NULL;
--> statement-breakpoint
CREATE INDEX `orders_returnable` ON `orders` (`tenant_id`,`client_id`,`returnable_from`,`id`) WHERE status IN ('shipped', 'delivered');
--> statement-breakpoint
ALTER TABLE `memberships` ADD `return_mails` integer DEFAULT true NOT NULL CONSTRAINT "memberships_return_mails" CHECK("return_mails" IN (0, 1));
--> statement-breakpoint
ALTER TABLE `portal_settings` ADD `return_window` integer DEFAULT 30 NOT NULL CONSTRAINT "portal_settings_return_window" CHECK("return_window" BETWEEN 1 AND 3650);
--> statement-breakpoint
ALTER TABLE `portal_settings` ADD `return_reasons` text DEFAULT '["Damaged","Wrong item","Not as described","No longer needed","Other"]' NOT NULL CONSTRAINT "portal_settings_return_reasons" CHECK(json_valid("return_reasons"));
--> statement-breakpoint
ALTER TABLE `portal_settings` ADD `not_returnable` text DEFAULT '["Discount*","Freight*","Shipping*","Delivery*","Carriage*","Postage*"]' NOT NULL CONSTRAINT "portal_settings_not_returnable" CHECK(json_valid("not_returnable"));
--> statement-breakpoint
ALTER TABLE `portal_settings` ADD `return_instructions` text DEFAULT '' NOT NULL CONSTRAINT "portal_settings_return_instructions" CHECK(length("return_instructions") <= 4000);
--> statement-breakpoint
ALTER TABLE `portal_settings` ADD `returns_version` integer DEFAULT 1 NOT NULL;
--> statement-breakpoint
CREATE INDEX `activity_return` ON `activity` (`tenant_id`,`document_id`,`at`,`id`) WHERE event GLOB 'return-*';
