// npm run pictures: makes the tables of docs/peers.md and the pictures in docs/pictures from the figures that are stored there.
import { publish, storedResults } from './comparison/publish'

publish(storedResults())
