CREATE TABLE `activity` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`client_id` text NOT NULL,
	`at` integer NOT NULL,
	`type` text NOT NULL,
	`event` text,
	`portal_user_id` text,
	`staff_id` text,
	`document_id` text,
	`document_number` text,
	`text` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`client_id`) REFERENCES `clients`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "activity_type" CHECK("activity"."type" IN ('system', 'note')),
	CONSTRAINT "activity_event" CHECK(("activity"."type" = 'system') = ("activity"."event" IS NOT NULL))
) STRICT;
--> statement-breakpoint
CREATE INDEX `activity_client` ON `activity` (`tenant_id`,`client_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `activity_viewed` ON `activity` (`tenant_id`,`document_id`,`portal_user_id`,`at`) WHERE event = 'invoice-viewed';--> statement-breakpoint
CREATE TABLE `client_balances` (
	`tenant_id` text NOT NULL,
	`client_id` text NOT NULL,
	`currency` text NOT NULL,
	`open` integer DEFAULT 0 NOT NULL,
	`credit` integer DEFAULT 0 NOT NULL,
	`on_account` integer DEFAULT 0 NOT NULL,
	`unapplied` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`tenant_id`, `client_id`, `currency`),
	FOREIGN KEY (`tenant_id`,`client_id`) REFERENCES `clients`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `client_counts` (
	`tenant_id` text NOT NULL,
	`status` text NOT NULL,
	`has_email` integer NOT NULL,
	`portal_state` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `status`, `has_email`, `portal_state`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE restrict ON DELETE restrict
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `client_words` (
	`tenant_id` text NOT NULL,
	`word` text NOT NULL,
	`client_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `word`, `client_id`),
	FOREIGN KEY (`tenant_id`,`client_id`) REFERENCES `clients`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `clients` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`email` text,
	`email_key` text,
	`phone` text DEFAULT '' NOT NULL,
	`status` text NOT NULL,
	`currency` text NOT NULL,
	`credit_limit` integer,
	`address1` text DEFAULT '' NOT NULL,
	`address2` text DEFAULT '' NOT NULL,
	`city` text DEFAULT '' NOT NULL,
	`region` text DEFAULT '' NOT NULL,
	`postal_code` text DEFAULT '' NOT NULL,
	`country` text DEFAULT '' NOT NULL,
	`words` text DEFAULT '[]' NOT NULL,
	`portal_access` integer DEFAULT true NOT NULL,
	`access_state` text DEFAULT 'not-invited' NOT NULL,
	`mail_problem` integer DEFAULT false NOT NULL,
	`order_count` integer DEFAULT 0 NOT NULL,
	`invoice_count` integer DEFAULT 0 NOT NULL,
	`payment_count` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`portal_state` text GENERATED ALWAYS AS (CASE WHEN portal_access = 0 THEN 'disabled' WHEN mail_problem = 1 THEN 'problem' ELSE access_state END) STORED NOT NULL,
	`has_email` integer GENERATED ALWAYS AS (email_key IS NOT NULL) STORED NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "clients_status_known" CHECK("clients"."status" IN ('active', 'inactive')),
	CONSTRAINT "clients_currency" CHECK("clients"."currency" GLOB '[A-Z][A-Z][A-Z]'),
	CONSTRAINT "clients_email_pair" CHECK(("clients"."email" IS NULL) = ("clients"."email_key" IS NULL)),
	CONSTRAINT "clients_credit_limit" CHECK("clients"."credit_limit" IS NULL OR "clients"."credit_limit" >= 0),
	CONSTRAINT "clients_words" CHECK(json_valid("clients"."words")),
	CONSTRAINT "clients_portal_access" CHECK("clients"."portal_access" IN (0, 1)),
	CONSTRAINT "clients_access_state" CHECK("clients"."access_state" IN ('not-invited', 'invited', 'active')),
	CONSTRAINT "clients_mail_problem" CHECK("clients"."mail_problem" IN (0, 1))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `clients_code` ON `clients` (`tenant_id`,`code`);--> statement-breakpoint
CREATE INDEX `clients_name` ON `clients` (`tenant_id`,`name_key`,`id`);--> statement-breakpoint
CREATE INDEX `clients_status` ON `clients` (`tenant_id`,`status`,`name_key`,`id`);--> statement-breakpoint
CREATE INDEX `clients_portal_state` ON `clients` (`tenant_id`,`portal_state`,`name_key`,`id`);--> statement-breakpoint
CREATE INDEX `clients_has_email` ON `clients` (`tenant_id`,`has_email`,`name_key`,`id`);--> statement-breakpoint
CREATE INDEX `clients_email` ON `clients` (`tenant_id`,`email_key`) WHERE email_key IS NOT NULL;--> statement-breakpoint
CREATE TABLE `import_files` (
	`tenant_id` text NOT NULL,
	`import_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`size` integer NOT NULL,
	`columns` text NOT NULL,
	`state` text DEFAULT 'waiting' NOT NULL,
	`bytes_read` integer DEFAULT 0 NOT NULL,
	`lines_read` integer DEFAULT 0 NOT NULL,
	`steps` integer DEFAULT 0 NOT NULL,
	`created` integer DEFAULT 0 NOT NULL,
	`changed` integer DEFAULT 0 NOT NULL,
	`unchanged` integer DEFAULT 0 NOT NULL,
	`refused` integer DEFAULT 0 NOT NULL,
	`problem` text,
	PRIMARY KEY(`tenant_id`, `import_id`, `kind`),
	FOREIGN KEY (`tenant_id`,`import_id`) REFERENCES `imports`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "import_files_columns" CHECK(json_valid("import_files"."columns"))
) STRICT;
--> statement-breakpoint
CREATE TABLE `import_keys` (
	`tenant_id` text NOT NULL,
	`import_id` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`line` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `import_id`, `kind`, `key`),
	FOREIGN KEY (`tenant_id`,`import_id`,`kind`) REFERENCES `import_files`(`tenant_id`,`import_id`,`kind`) ON UPDATE restrict ON DELETE restrict
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `import_lines` (
	`tenant_id` text NOT NULL,
	`import_id` text NOT NULL,
	`kind` text NOT NULL,
	`document_id` text NOT NULL,
	`position` integer NOT NULL,
	`line` integer NOT NULL,
	`sku` text NOT NULL,
	`description` text NOT NULL,
	`quantity` integer NOT NULL,
	`unit_price` integer NOT NULL,
	`rate` integer NOT NULL,
	`line_total` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `import_id`, `kind`, `document_id`, `position`),
	FOREIGN KEY (`tenant_id`,`import_id`,`kind`) REFERENCES `import_files`(`tenant_id`,`import_id`,`kind`) ON UPDATE restrict ON DELETE restrict
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `import_refusals` (
	`tenant_id` text NOT NULL,
	`import_id` text NOT NULL,
	`kind` text NOT NULL,
	`line` integer NOT NULL,
	`column` text NOT NULL,
	`reason` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `import_id`, `kind`, `line`),
	FOREIGN KEY (`tenant_id`,`import_id`,`kind`) REFERENCES `import_files`(`tenant_id`,`import_id`,`kind`) ON UPDATE restrict ON DELETE restrict
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `imports` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`staff_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`moved_at` integer NOT NULL,
	`finished_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`staff_id`) REFERENCES `memberships`(`tenant_id`,`staff_id`) ON UPDATE restrict ON DELETE restrict
) STRICT;
--> statement-breakpoint
CREATE INDEX `imports_created` ON `imports` (`tenant_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `imports_unfinished` ON `imports` (`moved_at`) WHERE finished_at IS NULL;--> statement-breakpoint
CREATE TABLE `invoice_lines` (
	`tenant_id` text NOT NULL,
	`invoice_id` text NOT NULL,
	`position` integer NOT NULL,
	`sku` text DEFAULT '' NOT NULL,
	`description` text NOT NULL,
	`quantity` integer NOT NULL,
	`unit_price` integer NOT NULL,
	`tax_rate` integer DEFAULT 0 NOT NULL,
	`line_total` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `invoice_id`, `position`),
	FOREIGN KEY (`tenant_id`,`invoice_id`) REFERENCES `invoices`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `invoices` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`client_id` text NOT NULL,
	`order_id` text,
	`external_id` text NOT NULL,
	`number` text NOT NULL,
	`issue_date` text NOT NULL,
	`due_date` text,
	`state` text NOT NULL,
	`currency` text NOT NULL,
	`total` integer NOT NULL,
	`paid` integer DEFAULT 0 NOT NULL,
	`credited` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`open` integer GENERATED ALWAYS AS (max(0, (CASE WHEN state = 'issued' THEN total ELSE 0 END) - paid - credited)) STORED NOT NULL,
	`credit` integer GENERATED ALWAYS AS (max(0, -((CASE WHEN state = 'issued' THEN total ELSE 0 END) - paid - credited))) STORED NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`client_id`) REFERENCES `clients`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`tenant_id`,`order_id`) REFERENCES `orders`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "invoices_state" CHECK("invoices"."state" IN ('draft', 'issued', 'void')),
	CONSTRAINT "invoices_currency" CHECK("invoices"."currency" GLOB '[A-Z][A-Z][A-Z]'),
	CONSTRAINT "invoices_issue_date" CHECK("invoices"."issue_date" IS NULL OR "invoices"."issue_date" = date("invoices"."issue_date")),
	CONSTRAINT "invoices_due_date" CHECK("invoices"."due_date" IS NULL OR "invoices"."due_date" = date("invoices"."due_date"))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `invoices_external_id` ON `invoices` (`tenant_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `invoices_client` ON `invoices` (`tenant_id`,`client_id`,`issue_date`,`id`);--> statement-breakpoint
CREATE INDEX `invoices_open` ON `invoices` (`tenant_id`,`client_id`,`currency`,`due_date`,`open`) WHERE open > 0;--> statement-breakpoint
CREATE TABLE `order_lines` (
	`tenant_id` text NOT NULL,
	`order_id` text NOT NULL,
	`position` integer NOT NULL,
	`sku` text DEFAULT '' NOT NULL,
	`description` text NOT NULL,
	`quantity` integer NOT NULL,
	`unit_price` integer NOT NULL,
	`discount` integer DEFAULT 0 NOT NULL,
	`line_total` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `order_id`, `position`),
	FOREIGN KEY (`tenant_id`,`order_id`) REFERENCES `orders`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `orders` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`client_id` text NOT NULL,
	`external_id` text NOT NULL,
	`number` text NOT NULL,
	`order_date` text NOT NULL,
	`status` text NOT NULL,
	`currency` text NOT NULL,
	`total` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`client_id`) REFERENCES `clients`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "orders_status" CHECK("orders"."status" IN ('draft', 'confirmed', 'shipped', 'delivered', 'cancelled')),
	CONSTRAINT "orders_currency" CHECK("orders"."currency" GLOB '[A-Z][A-Z][A-Z]'),
	CONSTRAINT "orders_order_date" CHECK("orders"."order_date" IS NULL OR "orders"."order_date" = date("orders"."order_date"))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `orders_external_id` ON `orders` (`tenant_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `orders_client` ON `orders` (`tenant_id`,`client_id`,`order_date`,`id`);--> statement-breakpoint
CREATE INDEX `orders_placed` ON `orders` (`tenant_id`,`client_id`,`order_date`,`id`) WHERE status NOT IN ('draft', 'cancelled');--> statement-breakpoint
CREATE TABLE `outbox` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`to_email` text NOT NULL,
	`portal_user_id` text,
	`staff_id` text,
	`data` text NOT NULL,
	`template_version` integer NOT NULL,
	`key_id` text NOT NULL,
	`state` text DEFAULT 'queued' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`sent_at` integer,
	`provider_id` text,
	`error` text,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`staff_id`) REFERENCES `staff`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`tenant_id`,`portal_user_id`) REFERENCES `portal_users`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "outbox_state" CHECK("outbox"."state" IN ('queued', 'sending', 'sent', 'failed', 'not-sent')),
	CONSTRAINT "outbox_data" CHECK(json_valid("outbox"."data")),
	CONSTRAINT "outbox_one_reader" CHECK(("outbox"."portal_user_id" IS NULL) <> ("outbox"."staff_id" IS NULL))
) STRICT;
--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`due_at`) WHERE state IN ('queued', 'sending');--> statement-breakpoint
CREATE INDEX `outbox_user` ON `outbox` (`tenant_id`,`portal_user_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `credit_notes` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`client_id` text NOT NULL,
	`invoice_id` text,
	`external_id` text NOT NULL,
	`number` text NOT NULL,
	`issue_date` text NOT NULL,
	`state` text NOT NULL,
	`currency` text NOT NULL,
	`total` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`client_id`) REFERENCES `clients`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`tenant_id`,`invoice_id`) REFERENCES `invoices`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "credit_notes_state" CHECK("credit_notes"."state" IN ('draft', 'issued', 'void')),
	CONSTRAINT "credit_notes_currency" CHECK("credit_notes"."currency" GLOB '[A-Z][A-Z][A-Z]'),
	CONSTRAINT "credit_notes_issue_date" CHECK("credit_notes"."issue_date" IS NULL OR "credit_notes"."issue_date" = date("credit_notes"."issue_date")),
	CONSTRAINT "credit_notes_total" CHECK("credit_notes"."total" >= 0)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `credit_notes_external_id` ON `credit_notes` (`tenant_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `credit_notes_client` ON `credit_notes` (`tenant_id`,`client_id`,`issue_date`,`id`);--> statement-breakpoint
CREATE INDEX `credit_notes_invoice` ON `credit_notes` (`tenant_id`,`invoice_id`,`issue_date`) WHERE invoice_id IS NOT NULL;--> statement-breakpoint
CREATE TABLE `payments` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`client_id` text NOT NULL,
	`invoice_id` text,
	`external_id` text NOT NULL,
	`paid_on` text NOT NULL,
	`amount` integer NOT NULL,
	`currency` text NOT NULL,
	`method` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`client_id`) REFERENCES `clients`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`tenant_id`,`invoice_id`) REFERENCES `invoices`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "payments_currency" CHECK("payments"."currency" GLOB '[A-Z][A-Z][A-Z]'),
	CONSTRAINT "payments_paid_on" CHECK("payments"."paid_on" IS NULL OR "payments"."paid_on" = date("payments"."paid_on"))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `payments_external_id` ON `payments` (`tenant_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `payments_client` ON `payments` (`tenant_id`,`client_id`,`paid_on`,`id`);--> statement-breakpoint
CREATE INDEX `payments_invoice` ON `payments` (`tenant_id`,`invoice_id`,`paid_on`) WHERE invoice_id IS NOT NULL;--> statement-breakpoint
CREATE TABLE `accesses` (
	`tenant_id` text NOT NULL,
	`portal_user_id` text NOT NULL,
	`client_id` text NOT NULL,
	`state` text NOT NULL,
	`invited_at` integer NOT NULL,
	`activated_at` integer,
	`first_login_at` integer,
	`last_login_at` integer,
	`mail_problem` text,
	PRIMARY KEY(`tenant_id`, `portal_user_id`, `client_id`),
	FOREIGN KEY (`tenant_id`,`portal_user_id`) REFERENCES `portal_users`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`tenant_id`,`client_id`) REFERENCES `clients`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "accesses_state" CHECK("accesses"."state" IN ('invited', 'active')),
	CONSTRAINT "accesses_mail_problem" CHECK("accesses"."mail_problem" IN ('failed', 'bounced', 'complained'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `accesses_client` ON `accesses` (`tenant_id`,`client_id`);--> statement-breakpoint
CREATE TABLE `portal_sessions` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`portal_user_id` text NOT NULL,
	`client_id` text,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`ended_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`portal_user_id`) REFERENCES `portal_users`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`tenant_id`,`client_id`) REFERENCES `clients`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict
) STRICT;
--> statement-breakpoint
CREATE INDEX `portal_sessions_user` ON `portal_sessions` (`tenant_id`,`portal_user_id`);--> statement-breakpoint
CREATE TABLE `portal_users` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`email` text NOT NULL,
	`email_key` text NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`password_hash` text,
	`password_set_at` integer,
	`invitation_mail_id` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE restrict ON DELETE restrict
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `portal_users_email` ON `portal_users` (`tenant_id`,`email_key`);--> statement-breakpoint
CREATE INDEX `portal_users_invitation` ON `portal_users` (`tenant_id`,`invitation_mail_id`) WHERE invitation_mail_id IS NOT NULL;--> statement-breakpoint
CREATE TABLE `memberships` (
	`tenant_id` text NOT NULL,
	`staff_id` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `staff_id`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`staff_id`) REFERENCES `staff`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "memberships_role" CHECK("memberships"."role" IN ('owner', 'member', 'viewer'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `memberships_staff` ON `memberships` (`staff_id`,`tenant_id`);--> statement-breakpoint
CREATE TABLE `staff` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`email_key` text NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`password_hash` text,
	`password_set_at` integer,
	`invitation_mail_id` text,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `staff_email` ON `staff` (`email_key`);--> statement-breakpoint
CREATE TABLE `staff_sessions` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`staff_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`ended_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`staff_id`) REFERENCES `memberships`(`tenant_id`,`staff_id`) ON UPDATE restrict ON DELETE restrict
) STRICT;
--> statement-breakpoint
CREATE INDEX `staff_sessions_staff` ON `staff_sessions` (`tenant_id`,`staff_id`);--> statement-breakpoint
CREATE TABLE `company_profiles` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`legal_name` text NOT NULL,
	`address` text DEFAULT '' NOT NULL,
	`tax_id` text DEFAULT '' NOT NULL,
	`bank_details` text DEFAULT '' NOT NULL,
	`contact_name` text DEFAULT '' NOT NULL,
	`contact_email` text DEFAULT '' NOT NULL,
	`contact_phone` text DEFAULT '' NOT NULL,
	`reply_to` text DEFAULT '' NOT NULL,
	`locale` text DEFAULT 'en-GB' NOT NULL,
	`time_zone` text DEFAULT 'UTC' NOT NULL,
	`currency` text DEFAULT 'EUR' NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "company_profiles_currency" CHECK("company_profiles"."currency" GLOB '[A-Z][A-Z][A-Z]')
) STRICT;
--> statement-breakpoint
CREATE TABLE `portal_settings` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`enabled` integer DEFAULT false NOT NULL,
	`brand_colour` text DEFAULT '#1d6b57' NOT NULL,
	`download_invoices` integer DEFAULT true NOT NULL,
	`order_history` integer DEFAULT true NOT NULL,
	`request_returns` integer DEFAULT false NOT NULL,
	`show_balance` integer DEFAULT true NOT NULL,
	`show_credit_limit` integer DEFAULT false NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "portal_settings_brand_colour" CHECK(length("portal_settings"."brand_colour") = 7 AND substr("portal_settings"."brand_colour", 1, 1) = '#' AND substr("portal_settings"."brand_colour", 2) NOT GLOB '*[^0-9a-f]*'),
	CONSTRAINT "portal_settings_enabled" CHECK("portal_settings"."enabled" IN (0, 1)),
	CONSTRAINT "portal_settings_download_invoices" CHECK("portal_settings"."download_invoices" IN (0, 1)),
	CONSTRAINT "portal_settings_order_history" CHECK("portal_settings"."order_history" IN (0, 1)),
	CONSTRAINT "portal_settings_request_returns" CHECK("portal_settings"."request_returns" IN (0, 1)),
	CONSTRAINT "portal_settings_show_balance" CHECK("portal_settings"."show_balance" IN (0, 1)),
	CONSTRAINT "portal_settings_show_credit_limit" CHECK("portal_settings"."show_credit_limit" IN (0, 1))
) STRICT;
--> statement-breakpoint
CREATE TABLE `tenants` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`disabled_at` integer
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `tenants_slug` ON `tenants` (`slug`);
--> statement-breakpoint
-- What a client is found by: client_words follows clients.words.
CREATE TRIGGER clients_words_insert AFTER INSERT ON clients BEGIN
	INSERT INTO client_words (tenant_id, word, client_id)
		SELECT DISTINCT NEW.tenant_id, value, NEW.id FROM json_each(NEW.words);
END;
--> statement-breakpoint
CREATE TRIGGER clients_words_update AFTER UPDATE OF words ON clients WHEN OLD.words <> NEW.words BEGIN
	DELETE FROM client_words WHERE tenant_id = OLD.tenant_id AND client_id = OLD.id AND word IN (SELECT value FROM json_each(OLD.words));
	INSERT INTO client_words (tenant_id, word, client_id)
		SELECT DISTINCT NEW.tenant_id, value, NEW.id FROM json_each(NEW.words);
END;
--> statement-breakpoint
-- The counts of the Clients table. A count may pass below zero while several triggers of one change run, so both sides are upserts.
CREATE TRIGGER clients_counts_insert AFTER INSERT ON clients BEGIN
	INSERT INTO client_counts (tenant_id, status, has_email, portal_state, count)
		VALUES (NEW.tenant_id, NEW.status, NEW.has_email, NEW.portal_state, 1)
		ON CONFLICT DO UPDATE SET count = count + 1;
END;
--> statement-breakpoint
CREATE TRIGGER clients_counts_update AFTER UPDATE ON clients
WHEN OLD.status <> NEW.status OR OLD.has_email <> NEW.has_email OR OLD.portal_state <> NEW.portal_state BEGIN
	INSERT INTO client_counts (tenant_id, status, has_email, portal_state, count)
		VALUES (OLD.tenant_id, OLD.status, OLD.has_email, OLD.portal_state, -1)
		ON CONFLICT DO UPDATE SET count = count - 1;
	INSERT INTO client_counts (tenant_id, status, has_email, portal_state, count)
		VALUES (NEW.tenant_id, NEW.status, NEW.has_email, NEW.portal_state, 1)
		ON CONFLICT DO UPDATE SET count = count + 1;
END;
--> statement-breakpoint
-- The access state of a client is that of its primary address.
CREATE TRIGGER accesses_state_insert AFTER INSERT ON accesses BEGIN
	UPDATE clients SET access_state = NEW.state, mail_problem = NEW.mail_problem IS NOT NULL
		WHERE tenant_id = NEW.tenant_id AND id = NEW.client_id
			AND email_key = (SELECT email_key FROM portal_users WHERE tenant_id = NEW.tenant_id AND id = NEW.portal_user_id);
END;
--> statement-breakpoint
CREATE TRIGGER accesses_state_update AFTER UPDATE ON accesses BEGIN
	UPDATE clients SET access_state = NEW.state, mail_problem = NEW.mail_problem IS NOT NULL
		WHERE tenant_id = NEW.tenant_id AND id = NEW.client_id
			AND email_key = (SELECT email_key FROM portal_users WHERE tenant_id = NEW.tenant_id AND id = NEW.portal_user_id);
END;
--> statement-breakpoint
CREATE TRIGGER accesses_state_delete AFTER DELETE ON accesses BEGIN
	UPDATE clients SET access_state = 'not-invited', mail_problem = 0
		WHERE tenant_id = OLD.tenant_id AND id = OLD.client_id
			AND email_key = (SELECT email_key FROM portal_users WHERE tenant_id = OLD.tenant_id AND id = OLD.portal_user_id);
END;
--> statement-breakpoint
CREATE TRIGGER clients_email_changed AFTER UPDATE OF email_key ON clients WHEN OLD.email_key IS NOT NEW.email_key BEGIN
	UPDATE clients SET (access_state, mail_problem) = (
		SELECT coalesce(max(a.state), 'not-invited'), coalesce(max(a.mail_problem IS NOT NULL), 0)
			FROM portal_users u JOIN accesses a ON a.tenant_id = u.tenant_id AND a.portal_user_id = u.id AND a.client_id = NEW.id
			WHERE u.tenant_id = NEW.tenant_id AND u.email_key = NEW.email_key)
		WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;
--> statement-breakpoint
-- What a client owes: client_balances follows invoices, payments and credit notes.
CREATE TRIGGER invoices_balance_insert AFTER INSERT ON invoices BEGIN
	INSERT INTO client_balances (tenant_id, client_id, currency, open, credit)
		VALUES (NEW.tenant_id, NEW.client_id, NEW.currency, NEW.open, NEW.credit)
		ON CONFLICT DO UPDATE SET open = open + excluded.open, credit = credit + excluded.credit;
	UPDATE clients SET invoice_count = invoice_count + 1 WHERE tenant_id = NEW.tenant_id AND id = NEW.client_id;
END;
--> statement-breakpoint
CREATE TRIGGER invoices_balance_update AFTER UPDATE ON invoices
WHEN OLD.open <> NEW.open OR OLD.credit <> NEW.credit OR OLD.client_id <> NEW.client_id OR OLD.currency <> NEW.currency BEGIN
	UPDATE client_balances SET open = open - OLD.open, credit = credit - OLD.credit
		WHERE tenant_id = OLD.tenant_id AND client_id = OLD.client_id AND currency = OLD.currency;
	INSERT INTO client_balances (tenant_id, client_id, currency, open, credit)
		VALUES (NEW.tenant_id, NEW.client_id, NEW.currency, NEW.open, NEW.credit)
		ON CONFLICT DO UPDATE SET open = open + excluded.open, credit = credit + excluded.credit;
END;
--> statement-breakpoint
CREATE TRIGGER invoices_client_changed AFTER UPDATE OF client_id ON invoices WHEN OLD.client_id <> NEW.client_id BEGIN
	UPDATE clients SET invoice_count = invoice_count - 1 WHERE tenant_id = OLD.tenant_id AND id = OLD.client_id;
	UPDATE clients SET invoice_count = invoice_count + 1 WHERE tenant_id = NEW.tenant_id AND id = NEW.client_id;
END;
--> statement-breakpoint
CREATE TRIGGER invoices_balance_delete AFTER DELETE ON invoices BEGIN
	UPDATE client_balances SET open = open - OLD.open, credit = credit - OLD.credit
		WHERE tenant_id = OLD.tenant_id AND client_id = OLD.client_id AND currency = OLD.currency;
	UPDATE clients SET invoice_count = invoice_count - 1 WHERE tenant_id = OLD.tenant_id AND id = OLD.client_id;
END;
--> statement-breakpoint
-- Money belongs to the client and the currency of the invoice it names, whichever of the two rows is written last.
CREATE TRIGGER invoices_keep_payments BEFORE UPDATE OF client_id, currency ON invoices
WHEN OLD.client_id <> NEW.client_id OR OLD.currency <> NEW.currency BEGIN
	SELECT RAISE(ABORT, 'invoice has payments or credit notes of its client and currency')
		WHERE EXISTS (SELECT 1 FROM payments WHERE tenant_id = OLD.tenant_id AND invoice_id = OLD.id)
			OR EXISTS (SELECT 1 FROM credit_notes WHERE tenant_id = OLD.tenant_id AND invoice_id = OLD.id);
END;
--> statement-breakpoint
CREATE TRIGGER payments_match_insert BEFORE INSERT ON payments WHEN NEW.invoice_id IS NOT NULL BEGIN
	SELECT RAISE(ABORT, 'payment of another client or currency than its invoice')
		WHERE NOT EXISTS (SELECT 1 FROM invoices WHERE tenant_id = NEW.tenant_id AND id = NEW.invoice_id AND client_id = NEW.client_id AND currency = NEW.currency);
END;
--> statement-breakpoint
CREATE TRIGGER payments_match_update BEFORE UPDATE ON payments WHEN NEW.invoice_id IS NOT NULL BEGIN
	SELECT RAISE(ABORT, 'payment of another client or currency than its invoice')
		WHERE NOT EXISTS (SELECT 1 FROM invoices WHERE tenant_id = NEW.tenant_id AND id = NEW.invoice_id AND client_id = NEW.client_id AND currency = NEW.currency);
END;
--> statement-breakpoint
CREATE TRIGGER payments_sum_insert AFTER INSERT ON payments BEGIN
	UPDATE invoices SET paid = paid + NEW.amount WHERE tenant_id = NEW.tenant_id AND id = NEW.invoice_id;
	INSERT INTO client_balances (tenant_id, client_id, currency, on_account)
		SELECT NEW.tenant_id, NEW.client_id, NEW.currency, NEW.amount WHERE NEW.invoice_id IS NULL
		ON CONFLICT DO UPDATE SET on_account = on_account + excluded.on_account;
	UPDATE clients SET payment_count = payment_count + 1 WHERE tenant_id = NEW.tenant_id AND id = NEW.client_id;
END;
--> statement-breakpoint
CREATE TRIGGER payments_sum_update AFTER UPDATE ON payments
WHEN OLD.amount <> NEW.amount OR OLD.currency <> NEW.currency OR OLD.client_id <> NEW.client_id OR OLD.invoice_id IS NOT NEW.invoice_id BEGIN
	UPDATE invoices SET paid = paid - OLD.amount WHERE tenant_id = OLD.tenant_id AND id = OLD.invoice_id;
	UPDATE client_balances SET on_account = on_account - OLD.amount
		WHERE OLD.invoice_id IS NULL AND tenant_id = OLD.tenant_id AND client_id = OLD.client_id AND currency = OLD.currency;
	UPDATE invoices SET paid = paid + NEW.amount WHERE tenant_id = NEW.tenant_id AND id = NEW.invoice_id;
	INSERT INTO client_balances (tenant_id, client_id, currency, on_account)
		SELECT NEW.tenant_id, NEW.client_id, NEW.currency, NEW.amount WHERE NEW.invoice_id IS NULL
		ON CONFLICT DO UPDATE SET on_account = on_account + excluded.on_account;
	UPDATE clients SET payment_count = payment_count - 1 WHERE OLD.client_id <> NEW.client_id AND tenant_id = OLD.tenant_id AND id = OLD.client_id;
	UPDATE clients SET payment_count = payment_count + 1 WHERE OLD.client_id <> NEW.client_id AND tenant_id = NEW.tenant_id AND id = NEW.client_id;
END;
--> statement-breakpoint
CREATE TRIGGER payments_sum_delete AFTER DELETE ON payments BEGIN
	UPDATE invoices SET paid = paid - OLD.amount WHERE tenant_id = OLD.tenant_id AND id = OLD.invoice_id;
	UPDATE client_balances SET on_account = on_account - OLD.amount
		WHERE OLD.invoice_id IS NULL AND tenant_id = OLD.tenant_id AND client_id = OLD.client_id AND currency = OLD.currency;
	UPDATE clients SET payment_count = payment_count - 1 WHERE tenant_id = OLD.tenant_id AND id = OLD.client_id;
END;
--> statement-breakpoint
CREATE TRIGGER credit_notes_match_insert BEFORE INSERT ON credit_notes WHEN NEW.invoice_id IS NOT NULL BEGIN
	SELECT RAISE(ABORT, 'credit note of another client or currency than its invoice')
		WHERE NOT EXISTS (SELECT 1 FROM invoices WHERE tenant_id = NEW.tenant_id AND id = NEW.invoice_id AND client_id = NEW.client_id AND currency = NEW.currency);
END;
--> statement-breakpoint
CREATE TRIGGER credit_notes_match_update BEFORE UPDATE ON credit_notes WHEN NEW.invoice_id IS NOT NULL BEGIN
	SELECT RAISE(ABORT, 'credit note of another client or currency than its invoice')
		WHERE NOT EXISTS (SELECT 1 FROM invoices WHERE tenant_id = NEW.tenant_id AND id = NEW.invoice_id AND client_id = NEW.client_id AND currency = NEW.currency);
END;
--> statement-breakpoint
CREATE TRIGGER credit_notes_sum_insert AFTER INSERT ON credit_notes WHEN NEW.state = 'issued' BEGIN
	UPDATE invoices SET credited = credited + NEW.total WHERE tenant_id = NEW.tenant_id AND id = NEW.invoice_id;
	INSERT INTO client_balances (tenant_id, client_id, currency, unapplied)
		SELECT NEW.tenant_id, NEW.client_id, NEW.currency, NEW.total WHERE NEW.invoice_id IS NULL
		ON CONFLICT DO UPDATE SET unapplied = unapplied + excluded.unapplied;
END;
--> statement-breakpoint
CREATE TRIGGER credit_notes_sum_update AFTER UPDATE ON credit_notes
WHEN OLD.state <> NEW.state OR OLD.total <> NEW.total OR OLD.currency <> NEW.currency OR OLD.client_id <> NEW.client_id OR OLD.invoice_id IS NOT NEW.invoice_id BEGIN
	UPDATE invoices SET credited = credited - OLD.total
		WHERE OLD.state = 'issued' AND tenant_id = OLD.tenant_id AND id = OLD.invoice_id;
	UPDATE client_balances SET unapplied = unapplied - OLD.total
		WHERE OLD.state = 'issued' AND OLD.invoice_id IS NULL AND tenant_id = OLD.tenant_id AND client_id = OLD.client_id AND currency = OLD.currency;
	UPDATE invoices SET credited = credited + NEW.total
		WHERE NEW.state = 'issued' AND tenant_id = NEW.tenant_id AND id = NEW.invoice_id;
	INSERT INTO client_balances (tenant_id, client_id, currency, unapplied)
		SELECT NEW.tenant_id, NEW.client_id, NEW.currency, NEW.total WHERE NEW.state = 'issued' AND NEW.invoice_id IS NULL
		ON CONFLICT DO UPDATE SET unapplied = unapplied + excluded.unapplied;
END;
--> statement-breakpoint
CREATE TRIGGER credit_notes_sum_delete AFTER DELETE ON credit_notes WHEN OLD.state = 'issued' BEGIN
	UPDATE invoices SET credited = credited - OLD.total WHERE tenant_id = OLD.tenant_id AND id = OLD.invoice_id;
	UPDATE client_balances SET unapplied = unapplied - OLD.total
		WHERE OLD.invoice_id IS NULL AND tenant_id = OLD.tenant_id AND client_id = OLD.client_id AND currency = OLD.currency;
END;
--> statement-breakpoint
CREATE TRIGGER orders_count_insert AFTER INSERT ON orders BEGIN
	UPDATE clients SET order_count = order_count + 1 WHERE tenant_id = NEW.tenant_id AND id = NEW.client_id;
END;
--> statement-breakpoint
CREATE TRIGGER orders_count_update AFTER UPDATE OF client_id ON orders WHEN OLD.client_id <> NEW.client_id BEGIN
	UPDATE clients SET order_count = order_count - 1 WHERE tenant_id = OLD.tenant_id AND id = OLD.client_id;
	UPDATE clients SET order_count = order_count + 1 WHERE tenant_id = NEW.tenant_id AND id = NEW.client_id;
END;
--> statement-breakpoint
CREATE TRIGGER orders_count_delete AFTER DELETE ON orders BEGIN
	UPDATE clients SET order_count = order_count - 1 WHERE tenant_id = OLD.tenant_id AND id = OLD.client_id;
END;
--> statement-breakpoint
-- A step of an import is taken once: whoever takes it second, from the same place, writes nothing at all.
CREATE TRIGGER import_files_step BEFORE UPDATE OF steps ON import_files WHEN NEW.steps <> OLD.steps + 1 BEGIN
	SELECT RAISE(ABORT, 'import step already taken');
END;
--> statement-breakpoint
-- What was logged stands. INSERT OR REPLACE fires neither of the first two, so the third refuses it.
CREATE TRIGGER activity_no_update BEFORE UPDATE ON activity BEGIN
	SELECT RAISE(ABORT, 'activity is append-only');
END;
--> statement-breakpoint
CREATE TRIGGER activity_no_delete BEFORE DELETE ON activity BEGIN
	SELECT RAISE(ABORT, 'activity is append-only');
END;
--> statement-breakpoint
CREATE TRIGGER activity_no_replace BEFORE INSERT ON activity
WHEN EXISTS (SELECT 1 FROM activity WHERE tenant_id = NEW.tenant_id AND id = NEW.id) BEGIN
	SELECT RAISE(ABORT, 'activity is append-only');
END;
