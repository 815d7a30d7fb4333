CREATE TABLE `audit_entries` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`staff_id` text NOT NULL,
	`area` text NOT NULL,
	`setting` text NOT NULL,
	`before` text NOT NULL,
	`after` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`staff_id`) REFERENCES `memberships`(`tenant_id`,`staff_id`) ON UPDATE restrict ON DELETE restrict
) STRICT;
--> statement-breakpoint
CREATE INDEX `audit_entries_at` ON `audit_entries` (`tenant_id`,`at`,`id`);--> statement-breakpoint
ALTER TABLE `portal_settings` ADD `welcome_message` text DEFAULT '' NOT NULL CONSTRAINT "portal_settings_welcome_message" CHECK(length("welcome_message") <= 2000);--> statement-breakpoint
ALTER TABLE `portal_settings` ADD `version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `company_profiles` ADD `version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
-- What was changed, by whom: stands. INSERT OR REPLACE fires neither of the first two, so the third refuses it.
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN
	SELECT RAISE(ABORT, 'audit_entries is append-only');
END;
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN
	SELECT RAISE(ABORT, 'audit_entries is append-only');
END;
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_replace BEFORE INSERT ON audit_entries
WHEN EXISTS (SELECT 1 FROM audit_entries WHERE tenant_id = NEW.tenant_id AND id = NEW.id) BEGIN
	SELECT RAISE(ABORT, 'audit_entries is append-only');
END;
