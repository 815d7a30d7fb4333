/** What the demo company sells: kitchen, table, hearth and garden. */

/** Price in minor units, a multiple of 20, so that a discount of 5 % steps leaves whole units; tax in 1/1,000 %. */
export type Good = { sku: string; name: string; price: number; tax: number }

const STANDARD = 20_000
const ZERO = 0

const good = (sku: string, name: string, price: number, tax = STANDARD): Good => ({ sku, name, price, tax })

export const GOODS: readonly [Good, ...Good[]] = [
  good('TW-1001', 'Stoneware dinner plate 27 cm, oatmeal', 640),
  good('TW-1002', 'Stoneware side plate 21 cm, oatmeal', 480),
  good('TW-1003', 'Stoneware pasta bowl 23 cm, oatmeal', 620),
  good('TW-1010', 'Stoneware mug 350 ml, slate', 460),
  good('TW-1011', 'Stoneware mug 350 ml, moss', 460),
  good('TW-1020', 'Serving platter 38 cm, reactive glaze', 1_840),
  good('TW-1103', 'Glass carafe 1 l with oak stopper', 1_180),
  good('TW-1104', 'Tumbler 280 ml, recycled glass, set of 6', 1_420),
  good('TW-1107', 'Wine glass 420 ml, set of 6', 1_980),
  good('TW-1201', 'Cutlery set, 16 pieces, brushed steel', 3_460),
  good('TW-1204', 'Steak knives, set of 4, walnut', 2_680),
  good('TW-1302', 'Cast-iron casserole 24 cm, juniper', 5_240),
  good('TW-1303', 'Cast-iron skillet 26 cm', 2_960),
  good('TW-1310', 'Carbon-steel wok 32 cm', 2_240),
  good('TW-1405', 'End-grain chopping board, beech', 2_480),
  good('TW-1406', 'Olive-wood salad servers', 960),
  good('TW-1410', 'Pepper mill 18 cm, ash', 1_560),
  good('TW-1502', 'Linen napkins, natural, set of 4', 1_360),
  good('TW-1503', 'Linen tablecloth 150 × 250 cm', 3_980),
  good('TW-1504', 'Tea towels, waffle weave, set of 3', 820),
  good('TW-1507', 'Apron, washed canvas', 1_440),
  good('TW-1601', 'Beeswax taper candles, box of 12', 1_120),
  good('TW-1602', 'Pillar candle 8 × 15 cm, ivory', 540),
  good('TW-1603', 'Storm lantern, galvanised, 34 cm', 1_760),
  good('TW-1604', 'Candle snuffer, brass', 740),
  good('TW-1701', 'Fireside log basket, seagrass', 3_240),
  good('TW-1702', 'Hearth brush and shovel set', 1_640),
  good('TW-1801', 'Watering can 5 l, powder-coated', 1_280),
  good('TW-1802', 'Copper plant mister', 980),
  good('TW-1803', 'Terracotta pot 22 cm with saucer', 580),
  good('TW-1804', 'Garden twine, jute, 200 m', 320),
  good('TW-1806', 'Secateurs, forged steel', 1_960),
  good('TW-1901', 'Woven throw 130 × 180 cm, heather', 3_120),
  good('TW-1902', 'Cushion cover 45 cm, handloom', 1_080),
  good('TW-1903', 'Doormat, coir, 60 × 90 cm', 1_340),
  good('TW-2001', 'Cookery book “Slow Suppers”, hardback', 1_240, ZERO),
  good('TW-2002', 'Garden almanac, illustrated', 980, ZERO),
  good('TW-2101', 'Loose-leaf tea, smoky black, 250 g', 640, ZERO),
  good('TW-2102', 'Heather honey 340 g', 560, ZERO),
  good('TW-2103', 'Sea-salt shortbread, case of 12', 2_160, ZERO),
]

export const CARRIAGE = good('CARRIAGE', 'Carriage, pallet to door', 3_600)
