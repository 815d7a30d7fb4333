import { BUYER } from './company.ts'

/** How a client pays. `buyer` is the one whose portal the demo walks through: some of everything. */
export type Habit = 'prompt' | 'usual' | 'late' | 'instalments' | 'struggling' | 'new' | 'buyer'
export type PortalStage = 'none' | 'invited' | 'bounced' | 'active' | 'off'
export type DemoClient = {
  name: string
  email: string | null
  street: string
  postalCode: string
  city: string
  country: string
  habit: Habit
  /** Orders a year. */
  pace: number
  /** Days from issue to due. */
  terms: number
  stage: PortalStage
  /** In minor units; null: none. */
  limit: number | null
  person: string
  currency: string
  status: 'active' | 'inactive'
}

type Words = [name: string, email: string | null, street: string, postalCode: string, city: string, country: string]
type Ways = Partial<Pick<DemoClient, 'habit' | 'pace' | 'terms' | 'stage' | 'limit' | 'person' | 'currency' | 'status'>>

const client = ([name, email, street, postalCode, city, country]: Words, ways: Ways = {}): DemoClient => ({
  name,
  email,
  street,
  postalCode,
  city,
  country,
  habit: 'usual',
  pace: 8,
  terms: 30,
  stage: 'none',
  limit: 500_000,
  person: '',
  currency: 'GBP',
  status: 'active',
  ...ways,
})

const UK = 'United Kingdom'
/** Two shops of one family, with one office between them. */
const SHARED = 'office@the-brambletyes.example'

export const CLIENTS: DemoClient[] = [
  client(['Larkspur & Finch Home', BUYER.email, '14 Cloth Hall Street', 'BS1 4QT', 'Bristol', UK], {
    habit: 'buyer',
    pace: 58,
    stage: 'active',
    limit: 2_500_000,
    person: BUYER.name,
  }),
  client(['Brambletye Kitchen Shop', SHARED, '3 Corn Exchange', 'LE15 6AA', 'Oakham', UK], { pace: 14, stage: 'active', person: 'Rosalind Brambletye' }),
  client(['Brambletye Garden Rooms', SHARED, '41 Northgate', 'LE15 6QU', 'Oakham', UK], {
    pace: 9,
    stage: 'active',
    limit: 300_000,
    person: 'Rosalind Brambletye',
  }),
  client(['Ardnamurchan Provisions', 'orders@ardnamurchan-provisions.example', 'The Pier House', 'PH36 4JG', 'Kilchoan', UK], { habit: 'prompt', pace: 7 }),
  client(['Peverell & Daughters', 'ledger@peverell-daughters.example', '8 Silver Street', 'BA15 1JY', 'Bradford-on-Avon', UK], {
    habit: 'prompt',
    pace: 18,
    stage: 'active',
    person: 'Cecily Peverell',
  }),
  client(
    [
      'The Quillon Street Emporium of Useful and Ornamental Household Goods',
      'hello@quillon-emporium.example',
      '112–118 Quillon Street',
      'NE1 5XD',
      'Newcastle upon Tyne',
      UK,
    ],
    { habit: 'late', pace: 16, stage: 'invited', limit: 800_000, person: 'Theo Quillon' },
  ),
  client(['Hollin & Sedge', 'accounts@hollin-sedge.example', '22 Market Place', 'HG4 1BN', 'Ripon', UK], { pace: 11, stage: 'active', person: 'Priya Nair' }),
  client(['Marchwood Farm Shop', 'shop@marchwood-farm.example', 'Marchwood Lane', 'SO40 4WU', 'Southampton', UK], {
    habit: 'instalments',
    pace: 10,
    stage: 'invited',
    person: 'Dennis Marchwood',
  }),
  client(['Siân Prydderch Cegin', 'archebion@prydderch-cegin.example', '5 Stryd y Bont', 'LL57 1NU', 'Bangor', UK], {
    pace: 9,
    stage: 'active',
    person: 'Siân Prydderch',
  }),
  client(['Ó Murchadha agus Mic Teo', 'oifig@murchadha-mic.example', '17 Sráid na Siopaí', 'H91 K2CF', 'Galway', 'Ireland'], {
    currency: 'EUR',
    pace: 13,
    stage: 'active',
    person: 'Aoife Ní Mhurchadha',
  }),
  client(['Corrigan’s of Clonakilty', 'buying@corrigans-clonakilty.example', '9 Pearse Street', 'P85 XK12', 'Clonakilty', 'Ireland'], {
    currency: 'EUR',
    pace: 8,
    habit: 'late',
  }),
  client(['Maison Vérane & Fils', 'commandes@verane-fils.example', '27 rue des Tanneurs', '69005', 'Lyon', 'France'], {
    currency: 'EUR',
    pace: 15,
    terms: 45,
    stage: 'active',
    limit: 1_200_000,
    person: 'Élodie Vérane',
  }),
  client(['L’Épicerie du Vieux-Port', 'bonjour@epicerie-vieux-port.example', '4 quai de Rive-Neuve', '13007', 'Marseille', 'France'], {
    currency: 'EUR',
    pace: 6,
    terms: 45,
  }),
  client(['Kräuter & Köstliches Oehmichen', 'einkauf@oehmichen-kraeuter.example', 'Färbergasse 11', '01067', 'Dresden', 'Germany'], {
    currency: 'EUR',
    habit: 'prompt',
    pace: 12,
    terms: 14,
    stage: 'active',
    person: 'Jörg Oehmichen',
  }),
  client(['Weißenfels Wohnkultur GmbH & Co. KG', 'buchhaltung@weissenfels-wohnkultur.example', 'Große Bleichen 40', '20354', 'Hamburg', 'Germany'], {
    currency: 'EUR',
    pace: 17,
    stage: 'invited',
    limit: 1_500_000,
    person: 'Annegret Weißenfels',
  }),
  client(['Bottega Zuccarini', 'ordini@bottega-zuccarini.example', 'Via delle Volte 33', '44121', 'Ferrara', 'Italy'], {
    currency: 'EUR',
    pace: 7,
    terms: 60,
    habit: 'late',
  }),
  client(['Casa Ibáñez Menaje', 'pedidos@ibanez-menaje.example', 'Calle del Pozo 6', '50003', 'Zaragoza', 'Spain'], {
    currency: 'EUR',
    pace: 8,
    terms: 60,
    stage: 'invited',
    person: 'Begoña Ibáñez',
  }),
  client(['Øststrand Interiør AS', 'innkjop@oststrand-interior.example', 'Strandgata 19', '3015', 'Drammen', 'Norway'], {
    currency: 'EUR',
    pace: 6,
    stage: 'active',
    person: 'Ingvild Øststrand',
  }),
  client(['Ahlström & Nyqvist Heminredning', 'order@ahlstrom-nyqvist.example', 'Kungsgatan 8', '411 19', 'Göteborg', 'Sweden'], { currency: 'EUR', pace: 9 }),
  client(['Kaffehuset Sørå', 'kontor@kaffehuset-soraa.example', 'Algade 52', '4000', 'Roskilde', 'Denmark'], { currency: 'EUR', pace: 5 }),
  client(['Żółkiewska Ceramika i Dom', 'biuro@zolkiewska-dom.example', 'ul. Miodowa 14', '31-055', 'Kraków', 'Poland'], {
    currency: 'EUR',
    pace: 10,
    stage: 'active',
    person: 'Zofia Żółkiewska',
  }),
  client(['Dvořáček Domácnost', 'nakup@dvoracek-domacnost.example', 'Masná 9', '602 00', 'Brno', 'Czechia'], {
    currency: 'EUR',
    pace: 5,
    habit: 'instalments',
  }),
  client(['Van der Wielen Woonwinkel', 'inkoop@vanderwielen-woon.example', 'Oudegracht 201', '3511 NH', 'Utrecht', 'Netherlands'], {
    currency: 'EUR',
    pace: 12,
    stage: 'active',
    person: 'Joost van der Wielen',
  }),
  client(['Ελιά & Θυμάρι', 'info@elia-thymari.example', 'Οδός Αθηνάς 24', '105 54', 'Athens', 'Greece'], { currency: 'EUR', pace: 4, habit: 'late' }),
  client(['Tamsin Penrose Interiors', 'studio@penrose-interiors.example', '2 Fore Street', 'TR1 2PF', 'Truro', UK], {
    pace: 12,
    stage: 'active',
    person: 'Tamsin Penrose',
  }),
  client(['Gathercole Ironmongers', 'trade@gathercole-iron.example', '67 High Street', 'IP12 4PG', 'Woodbridge', UK], { habit: 'prompt', pace: 15 }),
  client(['Wetherden Post Office & Stores', null, 'The Street', 'IP14 3LP', 'Wetherden', UK], { pace: 3, limit: 50_000 }),
  client(['Nettlefold Nurseries', 'accounts@nettlefold-nurseries.example', 'Chapel Road', 'TN22 3DJ', 'Uckfield', UK], {
    pace: 9,
    habit: 'late',
    stage: 'bounced',
    person: 'Gordon Nettlefold',
  }),
  client(['Copperpot Cookery School', 'bookings@copperpot-cookery.example', '31 Wharf Road', 'NG7 1GW', 'Nottingham', UK], {
    pace: 6,
    stage: 'active',
    person: 'Nathaniel Osei',
  }),
  client(['Stanehive Trading', 'stores@stanehive.example', '10 Shore Head', 'AB39 2JT', 'Stonehaven', UK], { pace: 7 }),
  client(['Fairlight Holiday Cottages', 'office@fairlight-cottages.example', 'Coastguard Lane', 'TN35 4AB', 'Hastings', UK], {
    habit: 'instalments',
    pace: 5,
    stage: 'invited',
    person: 'Marguerite Ashdown',
  }),
  client(['Bellwether Department Store', 'purchase.ledger@bellwether-stores.example', '1–9 Briggate', 'LS1 6HD', 'Leeds', UK], {
    pace: 34,
    terms: 60,
    stage: 'active',
    limit: 4_000_000,
    person: 'Harriet Lockwood',
  }),
  client(['Tolliver Hardware', null, '18 Bridge Street', 'SY8 1HH', 'Ludlow', UK], { pace: 4, habit: 'late' }),
  client(['Juniper & Ash', 'hello@juniper-ash.example', '6 Steep Hill', 'LN2 1LT', 'Lincoln', UK], { pace: 10, stage: 'active', person: 'Bethan Ash' }),
  client(['Ravenglass Gallery Shop', 'shop@ravenglass-gallery.example', 'Main Street', 'CA18 1SQ', 'Ravenglass', UK], { pace: 4 }),
  client(['Oduya Brothers Homeware', 'accounts@oduya-homeware.example', '204 Rye Lane', 'SE15 4NL', 'London', UK], {
    pace: 20,
    stage: 'active',
    limit: 900_000,
    person: 'Tunde Oduya',
  }),
  client(['Sprigg & Hartley', 'orders@sprigg-hartley.example', '12 Butter Market', 'CB7 4NT', 'Ely', UK], {
    habit: 'struggling',
    pace: 14,
    limit: 250_000,
    stage: 'active',
    person: 'Olive Hartley',
  }),
  client(['The Salt Cellar', 'post@the-salt-cellar.example', '7 Hythe Quay', 'CO2 8JF', 'Colchester', UK], {
    pace: 8,
    stage: 'invited',
    person: 'Femi Adeyemi',
  }),
  client(['Dunmore Castle Gifts', 'retail@dunmore-castle.example', 'Castle Approach', 'FK7 9LA', 'Stirling', UK], { pace: 6, habit: 'prompt' }),
  client(['Withycombe Garden Centre', 'finance@withycombe-gardens.example', 'Withycombe Raleigh', 'EX8 5AA', 'Exmouth', UK], {
    pace: 22,
    stage: 'off',
    limit: 1_000_000,
    person: 'Colin Raleigh',
  }),
  client(['Mistletoe & Myrrh', 'hello@mistletoe-myrrh.example', '15 Frankwell', 'SY3 8JY', 'Shrewsbury', UK], {
    pace: 5,
    stage: 'off',
    person: 'Georgina Myrrh',
  }),
  client(['Hesketh Catering Supplies', 'ap@hesketh-catering.example', '90 Deansgate', 'BL1 1BN', 'Bolton', UK], {
    pace: 26,
    terms: 45,
    limit: 1_800_000,
    stage: 'active',
    person: 'Andrew Hesketh',
  }),
  client(['Pargeter’s Pantry', 'pantry@pargeters.example', '21 Church Street', 'CB10 1JW', 'Saffron Walden', UK], { pace: 7 }),
  client(['Ffion & Co', null, '2 Stryd Fawr', 'SY23 1DE', 'Aberystwyth', UK], { pace: 4 }),
  client(['Lomond Lodge Hotel', 'procurement@lomond-lodge.example', 'Shore Road', 'G83 8QP', 'Balloch', UK], {
    habit: 'instalments',
    pace: 6,
    stage: 'invited',
    limit: 600_000,
    person: 'Fiona MacAllister',
  }),
  client(['Kestrel Yard', 'studio@kestrel-yard.example', 'Unit 3, Kestrel Yard', 'S3 8GG', 'Sheffield', UK], {
    habit: 'new',
    pace: 12,
    stage: 'invited',
    person: 'Reuben Castellanos-Whitfield',
  }),
  client(['Teasel Lane Florist', 'teasel@teasel-lane.example', '8 Teasel Lane', 'CT1 2UD', 'Canterbury', UK], { habit: 'new', pace: 10 }),
  client(['Harcombe Estate Office', 'estate.office@harcombe.example', 'Harcombe House', 'GL54 3BX', 'Cheltenham', UK], {
    pace: 5,
    habit: 'prompt',
    limit: null,
  }),
  client(['Brannigan & Sons (Belfast)', 'accounts@brannigan-belfast.example', '55 Ann Street', 'BT1 4EE', 'Belfast', UK], {
    pace: 11,
    habit: 'late',
    stage: 'active',
    person: 'Declan Brannigan',
  }),
  client(['Sólheimar Heimili ehf.', 'pantanir@solheimar-heimili.example', 'Laugavegur 71', '101', 'Reykjavík', 'Iceland'], { currency: 'EUR', pace: 4 }),
  client(['Mercado da Ribeira Velha', 'compras@ribeira-velha.example', 'Rua das Flores 88', '4050-262', 'Porto', 'Portugal'], {
    currency: 'EUR',
    pace: 6,
    terms: 60,
  }),
  client(['Schreinerhandlung Ützwil', 'bestellung@uetzwil-handlung.example', 'Spitalgasse 12', '3011', 'Bern', 'Switzerland'], {
    currency: 'EUR',
    pace: 5,
    habit: 'prompt',
    stage: 'active',
    person: 'Urs Ützwil',
  }),
  client(['Tilda’s Attic', null, '33 Sadler Gate', 'DE1 3NQ', 'Derby', UK], { pace: 2, limit: 0 }),
  client(['Ivelchester Antiques & Lighting', 'hello@ivelchester-antiques.example', 'Limington Road', 'BA22 8LX', 'Ilchester', UK], {
    pace: 3,
    status: 'inactive',
  }),
  client(['Penny Royal Tearooms', 'penny@pennyroyal-tea.example', '1 The Green', 'OX7 5BD', 'Chipping Norton', UK], {
    pace: 4,
    status: 'inactive',
    stage: 'active',
    person: 'Penelope Royle',
  }),
  client(['Wicken Fen Outfitters', null, 'Lode Lane', 'CB7 5XP', 'Wicken', UK], { pace: 3, status: 'inactive', habit: 'late' }),
  client(['Abernethy Ceramics Studio', 'studio@abernethy-ceramics.example', '4 School Wynd', 'PH2 9JJ', 'Abernethy', UK], {
    pace: 5,
    stage: 'off',
    person: 'Isla Abernethy',
  }),
  client(['Threlkeld Outdoor Kitchens', 'sales@threlkeld-outdoor.example', 'Station Yard', 'CA12 4TT', 'Keswick', UK], {
    habit: 'new',
    pace: 14,
    limit: 200_000,
  }),
  client(
    ['Mountjoy, Vickery & Blythe Partnership for Considered Interiors', 'projects@mvb-interiors.example', '19 Royal Crescent Mews', 'BA1 2LR', 'Bath', UK],
    { pace: 13, terms: 45, limit: 1_100_000, stage: 'active', person: 'Leopold Vickery' },
  ),
  client(['Zennor Head Pottery Café', null, 'Zennor Churchtown', 'TR26 3BY', 'St Ives', UK], { pace: 3, status: 'inactive' }),
]
