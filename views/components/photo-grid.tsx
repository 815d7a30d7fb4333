import type { ReturnPhoto } from '#src/returns/request.ts'

type PhotoGridProps = {
  photos: ReturnPhoto[]
  addressOf: (photo: ReturnPhoto) => string
  /** Each leads to the whole of it, or has a box to take it away. */
  each?: 'opens' | 'can be removed' | undefined
}

/** Photos of goods, small. */
export const PhotoGrid = ({ photos, addressOf, each }: PhotoGridProps) =>
  photos.length === 0 ? null : (
    <ul class="photos">
      {photos.map((photo, i) => {
        const shown = <img src={addressOf(photo)} width={photo.width} height={photo.height} alt={`The goods, ${i + 1} of ${photos.length}`} loading="lazy" />
        return (
          <li>
            {each === 'opens' ? (
              <a href={addressOf(photo)} target="_blank" rel="noopener">
                {shown}
              </a>
            ) : (
              shown
            )}
            {each === 'can be removed' && (
              <label>
                <input type="checkbox" name="remove-photo" value={photo.id} /> Remove
              </label>
            )}
          </li>
        )
      })}
    </ul>
  )
