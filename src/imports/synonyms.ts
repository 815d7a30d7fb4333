import type { ImportKind } from '#src/db/schema/imports.ts'

/**
 * What the columns of other programs are called: the exports of Xero, QuickBooks and Zoho, and the words of English and
 * German spreadsheets. Names are written as `nameOf` makes them; of several in one file the first of a list is taken.
 */

/** A heading as it is compared with these: small letters and digits alone; % is a word. */
export const nameOf = (heading: string): string =>
  heading
    .replaceAll('%', 'percent')
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')

const CLIENT = [
  ...['clientexternalid', 'customerid', 'clientcode', 'customercode', 'clientid', 'customernumber', 'customerno', 'clientnumber', 'kundennummer'],
  ...['kundennr', 'debitorennummer', 'debitor', 'contactname', 'customername', 'customer', 'clientname', 'client', 'kunde', 'kundenname', 'name'],
]
const CURRENCY = ['currency', 'currencycode', 'wahrung', 'waehrung']
const DATE = ['date', 'datum', 'txndate', 'documentdate']
const PO_NUMBER = ['ponumber', 'pono', 'purchaseorder', 'purchaseordernumber', 'customerpo', 'reference', 'ihrebestellnummer', 'kundenbestellnummer']
const INVOICE = [
  'invoicenumber',
  'invoiceno',
  'invoicenr',
  'invoice',
  'rechnungsnummer',
  'rechnungsnr',
  'rechnung',
  'belegnr',
  'belegnummer',
  'num',
  'docnumber',
]
const ORDER = ['salesordernumber', 'salesorderno', 'sonumber', 'ordernumber', 'orderno', 'auftragsnummer', 'auftragsnr', 'auftrag']
const CREDIT_NOTE = ['creditnotenumber', 'creditnoteno', 'creditnote', 'creditmemono', 'gutschriftsnummer', 'gutschriftnummer', 'gutschriftsnr', 'gutschrift']
const TOTAL = ['total', 'totalamount', 'grandtotal', 'amount', 'bruttobetrag', 'brutto', 'gesamtbetrag', 'rechnungsbetrag', 'betrag']

const LINES = {
  position: ['position', 'pos', 'lineno', 'linenumber'],
  sku: ['sku', 'itemcode', 'inventoryitemcode', 'productcode', 'artikelnummer', 'artikelnr', 'artnr'],
  description: [
    ...['description', 'itemname', 'itemdescription', 'itemdesc', 'itemproductservice', 'productservice', 'product', 'item', 'beschreibung'],
    ...['bezeichnung', 'artikel', 'text'],
  ],
  quantity: ['quantity', 'qty', 'itemquantity', 'menge', 'anzahl'],
  unit_price: ['unitprice', 'unitamount', 'itemprice', 'itemrate', 'rate', 'price', 'einzelpreis', 'stuckpreis', 'stueckpreis', 'preis'],
  line_total: ['linetotal', 'lineamount', 'itemtotal', 'itemamount', 'netamount', 'positionsbetrag', 'gesamtpreis', 'nettobetrag', 'netto'],
}
const TAXED = {
  tax_percent: [
    'taxpercent',
    'itemtaxpercent',
    'taxrate',
    'vatrate',
    'vatpercent',
    'mwstpercent',
    'ustpercent',
    'mwst',
    'mwstsatz',
    'ust',
    'ustsatz',
    'steuersatz',
  ],
  tax_amount: ['taxamount', 'itemtaxamount', 'vatamount', 'mwstbetrag', 'ustbetrag', 'steuerbetrag'],
}

export const SYNONYMS: Record<ImportKind, Record<string, string[]>> = {
  clients: {
    external_id: [
      ...['externalid', 'clientcode', 'customercode', 'contactid', 'customerid', 'clientid', 'customernumber', 'customerno', 'clientnumber', 'kundennummer'],
      ...['kundennr', 'debitorennummer', 'debitor', 'contactname', 'customer', 'customername', 'displayname'],
    ],
    name: [
      ...['name', 'clientname', 'contactname', 'displayname', 'customername', 'customer', 'companyname', 'company', 'firma', 'firmenname', 'kundenname'],
      ...['kunde', 'fullname'],
    ],
    email: ['email', 'emailaddress', 'emailid', 'mainemail', 'mail'],
    phone: ['phone', 'phonenumber', 'phonenumbers', 'mainphone', 'telephone', 'telefon', 'tel', 'mobilephone'],
    status: ['status', 'contactstatus', 'customerstatus'],
    currency: CURRENCY,
    credit_limit: ['creditlimit', 'kreditlimit'],
    address1: ['address1', 'addressline1', 'billingaddress', 'billingaddress1', 'billingstreet', 'poaddressline1', 'street', 'strasse', 'address', 'adresse'],
    address2: ['address2', 'addressline2', 'billingstreet2', 'billingaddress2', 'poaddressline2', 'adresszusatz'],
    city: ['city', 'town', 'billingcity', 'pocity', 'ort', 'stadt'],
    region: ['region', 'state', 'billingstate', 'poregion', 'county', 'bundesland'],
    postal_code: ['postalcode', 'postcode', 'zip', 'zipcode', 'billingcode', 'billingzip', 'billingpostalcode', 'popostalcode', 'plz', 'postleitzahl'],
    country: ['country', 'billingcountry', 'pocountry', 'land'],
    updated_at: ['updatedat'],
  },
  orders: {
    external_id: ['externalid', ...ORDER],
    client_external_id: CLIENT,
    number: ['number', ...ORDER],
    order_date: ['orderdate', 'salesorderdate', 'auftragsdatum', 'bestelldatum', ...DATE],
    status: ['status', 'orderstatus', 'salesorderstatus'],
    currency: CURRENCY,
    total: ['subtotal', 'nettobetrag', 'netto', 'ordertotal', ...TOTAL],
    po_number: PO_NUMBER,
    shipped_date: ['shippeddate', 'shipmentdate', 'lieferdatum'],
    delivered_date: ['delivereddate'],
    updated_at: ['updatedat'],
  },
  order_lines: {
    order_external_id: ['orderexternalid', ...ORDER],
    ...LINES,
    discount_percent: ['discountpercent', 'rabattpercent', 'rabatt'],
  },
  shipments: {
    external_id: ['externalid', 'shipmentid', 'packageid', 'packagenumber', 'shipmentnumber', 'trackingnumber', 'sendungsnummer'],
    order_external_id: ['orderexternalid', ...ORDER],
    carrier: ['carrier', 'deliverymethod', 'shipvia', 'spediteur', 'versandart'],
    tracking_number: ['trackingnumber', 'trackingno', 'sendungsnummer'],
    tracking_url: ['trackingurl', 'trackinglink'],
    shipped_date: ['shippeddate', 'shipmentdate', 'shipdate', 'versanddatum', 'lieferdatum', 'date'],
    expected_date: ['expecteddate', 'expecteddeliverydate', 'expectedshipmentdate'],
    updated_at: ['updatedat'],
  },
  invoices: {
    external_id: ['externalid', ...INVOICE],
    client_external_id: CLIENT,
    // An order is looked up when it is named, and not every program's orders are here: only a column of this very name.
    order_external_id: ['orderexternalid'],
    number: ['number', ...INVOICE],
    issue_date: ['issuedate', 'invoicedate', 'rechnungsdatum', 'belegdatum', ...DATE],
    due_date: ['duedate', 'falligkeit', 'faelligkeit', 'falligkeitsdatum', 'falligam', 'faelligam', 'zahlbarbis'],
    status: ['status', 'invoicestatus'],
    currency: CURRENCY,
    total: TOTAL,
    po_number: PO_NUMBER,
    updated_at: ['updatedat'],
  },
  invoice_lines: { invoice_external_id: ['invoiceexternalid', ...INVOICE], ...LINES, ...TAXED },
  credit_notes: {
    external_id: ['externalid', ...CREDIT_NOTE],
    client_external_id: CLIENT,
    invoice_external_id: ['invoiceexternalid', 'associatedinvoicenumber', 'appliedinvoicenumber'],
    number: ['number', ...CREDIT_NOTE],
    issue_date: ['issuedate', 'creditnotedate', 'gutschriftsdatum', ...DATE],
    status: ['status', 'creditnotestatus'],
    currency: CURRENCY,
    total: TOTAL,
    updated_at: ['updatedat'],
  },
  credit_note_lines: { credit_note_external_id: ['creditnoteexternalid', ...CREDIT_NOTE], ...LINES, ...TAXED },
  payments: {
    external_id: [
      'externalid',
      'invoicepaymentid',
      'paymentid',
      'customerpaymentid',
      'paymentnumber',
      'paymentno',
      'zahlungsnummer',
      'zahlungsnr',
      'receiptnumber',
    ],
    client_external_id: CLIENT,
    invoice_external_id: ['invoiceexternalid', ...INVOICE],
    paid_on: ['paidon', 'paymentdate', 'paiddate', 'zahlungsdatum', 'receiptdate', ...DATE],
    amount: ['amountappliedtoinvoice', 'paymentamount', 'amountpaid', 'zahlbetrag', 'amount', 'betrag'],
    currency: CURRENCY,
    method: ['method', 'mode', 'paymentmode', 'paymentmethod', 'zahlungsart'],
    updated_at: ['updatedat'],
  },
}

/** A file of documents has one of these columns; what a file holds is looked for in this order. */
export const MARKS: [ImportKind, string[]][] = [
  ['credit_notes', CREDIT_NOTE],
  [
    'payments',
    ['invoicepaymentid', 'paymentid', 'customerpaymentid', 'paymentnumber', 'paymentno', 'paymentdate', 'zahlungsnummer', 'zahlungsnr', 'zahlungsdatum'],
  ],
  ['shipments', ['trackingnumber', 'trackingno', 'shipmentid', 'sendungsnummer']],
  ['invoices', INVOICE],
  ['orders', ORDER],
]

/** What an invoice's row may say of what was paid: a column of its own, or what is still open of the total. */
export const PAID = ['invoiceamountpaid', 'amountpaid', 'paid', 'bezahlt']
export const STILL_OPEN = ['balance', 'openbalance', 'balancedue', 'invoiceamountdue', 'amountdue', 'offen', 'offenerbetrag']
/** When; where no column says it, the invoice's own date. */
export const LAST_PAID = ['lastpaymentdate', 'fullypaidondate', 'paiddate', 'zahlungsdatum', 'invoicedate', 'rechnungsdatum', 'belegdatum', ...DATE]

const SENT = ['open', 'sent', 'viewed', 'overdue', 'unpaid', 'paid', 'partiallypaid', 'partially paid', 'closed', 'authorised', 'approved', 'awaiting payment']
const DOCUMENT_WORDS = {
  draft: ['draft', 'submitted', 'awaiting approval', 'pending approval', 'entwurf'],
  open: [...SENT, 'offen', 'bezahlt', 'teilbezahlt', 'versendet', 'überfällig'],
  void: ['void', 'voided', 'deleted', 'cancelled', 'canceled', 'storniert'],
}
/** What other programs say for the words of a heading, in small letters. */
export const WORDS: Partial<Record<ImportKind, Record<string, Record<string, string[]>>>> = {
  clients: { status: { active: ['active', 'yes', 'true', 'aktiv'], inactive: ['inactive', 'archived', 'no', 'false', 'inaktiv'] } },
  orders: {
    status: {
      draft: ['draft', 'entwurf'],
      confirmed: ['confirmed', 'open', 'approved', 'partially invoiced', 'invoiced', 'closed', 'bestätigt', 'offen'],
      shipped: ['shipped', 'partially shipped', 'versendet'],
      delivered: ['delivered', 'fulfilled', 'geliefert'],
      cancelled: ['cancelled', 'canceled', 'void', 'storniert'],
    },
  },
  invoices: { status: DOCUMENT_WORDS },
  credit_notes: { status: DOCUMENT_WORDS },
}
